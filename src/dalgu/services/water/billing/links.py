"""The link by which a customer opens their own page: made once, kept as a digest only."""

from dalgu.access.actor import Actor
from dalgu.access.secret import digest, is_plausible, new_secret
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso
from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.billing.errors import LinkSecretInvalid
from dalgu.services.water.billing.ledger import account_of

SECRET_SIGNS = 43  # 256 bits in base64url without padding


def fresh_secret() -> str:
    """Return a secret that no account has so far.

    >>> len(fresh_secret()) == SECRET_SIGNS
    True
    """
    return new_secret()


async def set_link(hub: Hub, clock: Clock, actor: Actor, account: str, secret: str) -> None:
    """Put a link in force and every earlier one of the account out of it.

    Raises
    ------
    LinkSecretInvalid
        When the secret is not one that `fresh_secret` made.
    BillNotExisting
        When there is no such account.
    """
    signs = set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    if not is_plausible(secret) or len(secret) != SECRET_SIGNS or not signs:
        raise LinkSecretInvalid
    found = await account_of(hub, account)
    await hub.upsert(
        [WaterAccount(id=found.id, access_digest=digest(secret), access_since=iso(clock.now()))]
    )
