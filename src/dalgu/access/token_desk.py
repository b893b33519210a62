"""What administrators do with API tokens: make, list, revoke."""

from dataclasses import dataclass, field
from datetime import timedelta

from dalgu.access import tokens
from dalgu.access.actor import Actor, Kind, Role
from dalgu.access.gate import Deed, Gate
from dalgu.access.known import Known
from dalgu.access.policy import DistrictNotAllowed, Operation, TenantNotAllowed
from dalgu.access.secret import digest, locator, new_secret
from dalgu.access.tokens import PREFIX, Token
from dalgu.kernel.errors import Forbidden


class PersonRequired(Forbidden):
    """A token may not make tokens: a leaked one could outlive its own revocation."""

    slug = "person-required"
    title = "A person is required"

    def __init__(self) -> None:
        super().__init__("API tokens are made by a person who has signed in, not by a token.")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and, this once, its secret."""

    token: Token
    secret: str = field(repr=False)


class TokenDesk:
    """Each method asks the policy first and leaves an entry in the audit chain."""

    def __init__(self, gate: Gate, known: Known) -> None:
        self._clock = gate.clock
        self._gate = gate
        self._known = known

    async def create(  # noqa: PLR0913  # each is a term of the token
        self,
        actor: Actor,
        name: str,
        role: Role,
        districts: tuple[str, ...] = (),
        *,
        lifetime: timedelta = tokens.LIFETIME,
        tenant: str = "",
    ) -> IssuedToken:
        """Make a token; its secret is in the answer and nowhere else.

        With `tenant` it counts in that tenant of the hub, and nowhere else.

        Raises
        ------
        TokenTermsInvalid, PersonRequired, DistrictNotAllowed, TenantNotAllowed

        """
        secret = new_secret(PREFIX)
        deed = Deed(actor, Operation.TOKEN_WRITE, f"token:{locator(secret)}")
        await self._gate.require(deed)
        if actor.kind is Kind.TOKEN:
            raise PersonRequired
        if actor.districts and not (districts and set(districts) <= set(actor.districts)):
            raise DistrictNotAllowed(Operation.TOKEN_WRITE, ", ".join(districts) or None)
        if not actor.enters(tenant):
            raise TenantNotAllowed(Operation.TOKEN_WRITE, tenant, actor.tenant)
        tokens.check_terms(name, lifetime)
        now = self._clock.now()
        token = Token(
            id=locator(secret),
            digest=digest(secret),
            name=name.strip(),
            role=role,
            districts=districts,
            tenant=tenant,
            created_by=actor.id,
            created_at=now,
            expires_at=now + lifetime,
        )
        facts = {"change": "created", "role": role, "districts": ",".join(districts)}
        facts |= {"tenant": tenant} if tenant else {}
        await self._gate.note(deed, lambda tables: tokens.put(tables, token), facts)
        return IssuedToken(token, secret)

    async def every(self, actor: Actor) -> list[Token]:
        """Return all tokens, expired ones too, until they are revoked."""
        deed = Deed(actor, Operation.TOKEN_READ, "token/*")
        return await self._gate.do(deed, lambda tables: list(tokens.every(tables)))

    async def revoke(self, actor: Actor, token: str) -> None:
        """End a token at once; raise `TokenNotExisting`."""
        deed = Deed(actor, Operation.TOKEN_WRITE, f"token:{token[:64]}")
        await self._gate.do(
            deed, lambda tables: tokens.revoke(tables, token), {"change": "revoked"}
        )
        self._known.clear()
