"""Which incidents a list shows: by status, district, category, priority and words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from dalgu.center.incidents.state import Incident

LONGEST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty where it is not."""

    status: str = "open"  # open, all, or one status; shelved ones have left the open list
    district: str = ""
    category: str = ""
    priority: str = ""
    q: str = ""

    def fits(self, incident: Incident) -> bool:
        """Tell whether a list with this filter shows an incident."""
        wanted = (
            (self.district, incident.district),
            (self.category, incident.category),
            (self.priority, incident.priority),
        )
        return (
            self._fits_status(incident)
            and all(not want or want == has for want, has in wanted)
            and self._fits_words(incident)
        )

    def _fits_status(self, incident: Incident) -> bool:
        shelved = incident.shelved_until is not None and incident.is_open
        if self.status == "all":
            return True
        if self.status == "shelved":
            return shelved
        if self.status == "open":
            return incident.is_open and not shelved
        return self.status == incident.status

    def _fits_words(self, incident: Incident) -> bool:
        words = self.q.casefold().split()
        told = f"{incident.number} {incident.title.ko} {incident.title.en}".casefold()
        return all(word in told for word in words)


def asked(query: Mapping[str, str]) -> Filter:
    """Return the filter that an address asks for."""
    named = {one.name for one in fields(Filter)}
    return Filter(**{k: v[:LONGEST_WORDS] for k, v in query.items() if k in named and v})


def in_order(incidents: Iterable[Incident]) -> list[Incident]:
    """Return the gravest first, unseen before seen, the newest first within."""
    by_newest = sorted(incidents, key=lambda one: one.raised_at, reverse=True)
    return sorted(
        by_newest, key=lambda one: (not one.is_open, one.priority, one.status != "raised")
    )
