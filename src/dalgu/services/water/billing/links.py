"""The link by which a customer opens their own page: made once, kept as a digest only."""

from dalgu.access.actor import Actor
from dalgu.access.secret import digest, is_plausible, locator, new_secret
from dalgu.hub.hub import Hub, Query
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.billing.entities import WaterAccessLink, WaterAccount
from dalgu.services.water.billing.errors import LinkSecretInvalid
from dalgu.services.water.billing.ledger import account_of

MOST_LINKS = 100  # of one account that are put out of force; there is one as a rule
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
    earlier = await hub.query(
        Query(types=("WaterAccessLink",), q=f'account=="{found.id}"', limit=MOST_LINKS)
    )
    link = WaterAccessLink(id=link_id(secret), account=found.id)
    now = iso(clock.now())
    changed = WaterAccount(id=found.id, access_digest=digest(secret), access_since=now)
    await hub.upsert([link, changed])
    for document in earlier.entities:
        if document["id"] != link.id:
            await hub.delete(EntityId(document["id"]))


def link_id(secret: str) -> EntityId:
    """Return the id of the link a secret would have; it may be shown, it opens nothing."""
    return entity_id("WaterAccessLink", locator(secret))
