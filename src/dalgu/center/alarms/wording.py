"""From a new group to the incident that operators see: its title, place, priority and cause."""

from dalgu.center.alarms.group import Group
from dalgu.center.alarms.reading import Reader, Thing
from dalgu.center.alarms.signals import Signal
from dalgu.center.incidents.deeds import Joined, Raised
from dalgu.cities import City, Dong
from dalgu.cities.places import dong_at, dong_of
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Text

PRIVATE = "care"  # whose incidents have a dong and no place: a home is nobody's business


class Wording:
    """Words incidents, with what is known of things and places."""

    def __init__(self, reader: Reader, city: City) -> None:
        self._reader = reader
        self._city = city

    def raised(self, group: Group, signals: list[Signal], drill: str | None) -> Raised:
        """Return how the incident of a group begins."""
        rule, first = group.rule, signals[0]
        place = self._place(group, signals)
        dong = self._dong(group, signals, place)
        title = self._title(group, first, dong)
        return Raised(
            title_ko=title.ko,
            title_en=title.en,
            category=first.kind.partition("/")[0] if rule.is_fallback else rule.category,
            sub_category=first.kind.partition("/")[2] if rule.is_fallback else rule.sub_category,
            priority=rule.priority_of(max(one.severity for one in signals)),
            rule=rule.name,
            lon=None if place is None or rule.category == PRIVATE else place[0],
            lat=None if place is None or rule.category == PRIVATE else place[1],
            district=None if dong is None else dong.district,
            dong=None if dong is None else dong.code,
            cause=group.scope,
            origin=next((one.origin for one in signals if one.origin), None),
            drill=drill,
        )

    def _place(self, group: Group, signals: list[Signal]) -> Position | None:
        """Return the place of the parent, or the middle of what spread the incident."""
        parent = NOWHERE if group.scope is None else self._reader.thing(group.scope)
        if parent.place is not None:
            return parent.place
        own = [one for one in signals if one.kind in group.rule.starts] or signals
        found = [self.place_of(one) for one in own]
        known = [one for one in found if one is not None]
        if not known:
            return None
        return (
            round(sum(one[0] for one in known) / len(known), 6),
            round(sum(one[1] for one in known) / len(known), 6),
        )

    def place_of(self, signal: Signal) -> Position | None:
        """Return the place of an alert, or of its thing; of a home in care there is none."""
        if signal.place is not None or signal.kind.startswith(f"{PRIVATE}/"):
            return signal.place
        return self._reader.thing(signal.thing).place

    def _dong(self, group: Group, signals: list[Signal], place: Position | None) -> Dong | None:
        if place is not None:
            return dong_at(self._city, *place)
        things = [one.thing for one in signals] + [group.scope or ""]
        codes = (self._reader.thing(thing).dong for thing in things)
        found = (dong_of(self._city, code) for code in codes if code)
        return next((one for one in found if one is not None), None)

    def _title(self, group: Group, first: Signal, dong: Dong | None) -> Text:
        title = group.rule.title.text
        if group.rule.is_fallback and first.name_ko:
            title = Text(first.name_ko, first.name_en or first.name_ko)
        parent = NOWHERE if group.scope is None else self._reader.thing(group.scope)
        where_ko = parent.name_ko or ("" if dong is None else dong.name.ko)
        where_en = parent.name_en or parent.name_ko or ("" if dong is None else dong.name.en)
        if not where_ko:
            return title
        return Text(f"{where_ko} {title.ko}", f"{title.en}, {where_en}")


NOWHERE = Thing()


def joined(signals: list[Signal]) -> Joined:
    """Return which alerts came, and the things they speak of."""
    return Joined(
        alerts=tuple(dict.fromkeys(one.id for one in signals)),
        things=tuple(dict.fromkeys(one.thing for one in signals)),
    )
