"""What an importer gives: a network, and what it had to leave out or assume."""

from dataclasses import dataclass

from dalgu.services.traffic.network.checking import check
from dalgu.services.traffic.network.finding import Finding, Grave
from dalgu.services.traffic.network.model import Network


@dataclass(frozen=True, slots=True)
class Imported:
    """A network as read from `format`; `notes` are the importer's own findings."""

    network: Network
    format: str
    notes: tuple[Finding, ...] = ()

    def findings(self) -> list[Finding]:
        """Return all that is to be said of it, the gravest first."""
        order = list(Grave)
        return sorted([*check(self.network), *self.notes], key=lambda one: order.index(one.grave))
