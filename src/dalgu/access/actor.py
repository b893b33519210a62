"""Who acts: a pseudonym with one role, in all districts or in some."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an actor is to the platform; exactly one each."""

    CITIZEN = "citizen"  # takes part: proposes, supports, votes; sees public pages alone
    VIEWER = "viewer"  # sees the center's pages
    OPERATOR = "operator"  # runs the city's day: alerts, devices
    ANALYST = "analyst"  # works with history and exports
    EVALUATOR = "evaluator"  # judges: runs assessments, reads evidence, changes no city data
    ADMINISTRATOR = "administrator"  # accounts, tokens, keys, registers
    SERVICE = "service"  # a program: a gateway, a network server, a job


class Kind(StrEnum):
    """By what an actor is known."""

    PERSON = "person"  # a session
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    SYSTEM = "system"  # the platform itself, or whoever stands at its machine
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something: a pseudonym, never a name.

    `role` is `None` for anonymous actors alone. An empty `districts` means all districts.
    """

    id: str
    role: Role | None
    districts: tuple[str, ...] = ()
    kind: Kind = Kind.PERSON
    tenant: str = ""  # of the hub; the city's own has no name

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody has signed in."""
        return self.kind is Kind.ANONYMOUS

    def enters(self, tenant: str) -> bool:
        """Tell whether the actor may work in a tenant of the hub: their own, as a rule.

        Administrators of all districts and the platform itself enter each.

        >>> Actor("token:1", Role.SERVICE, kind=Kind.TOKEN, tenant="west").enters("")
        False
        """
        is_chief = self.role is Role.ADMINISTRATOR and not self.districts
        return tenant == self.tenant or (not self.tenant and (is_chief or self.kind is Kind.SYSTEM))

    def serves(self, district: str) -> bool:
        """Tell whether the district is one of the actor's.

        >>> Actor("person:1", Role.OPERATOR, ("suseong",)).serves("dalseo")
        False
        """
        return not self.districts or district in self.districts


ANONYMOUS = Actor("anonymous", None, kind=Kind.ANONYMOUS)
SYSTEM = Actor("system", Role.SERVICE, kind=Kind.SYSTEM)  # intake and jobs of this process
CONSOLE = Actor("console", Role.ADMINISTRATOR, kind=Kind.SYSTEM)  # commands at the machine
