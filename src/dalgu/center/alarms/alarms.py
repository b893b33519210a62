"""Turns the alerts of all services into few incidents, and remembers what it made of each."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Noted
from dalgu.center.alarms import rules as rule_file
from dalgu.center.alarms.deeds import AlarmDeed, Batch, Ended, Passed, RuleSet
from dalgu.center.alarms.following import Follower
from dalgu.center.alarms.group import Changes, Group
from dalgu.center.alarms.grouping import Grouping
from dalgu.center.alarms.intake import take_in
from dalgu.center.alarms.reading import Reader, documents
from dalgu.center.alarms.restoring import group_of
from dalgu.center.alarms.rules import Rule, Rules
from dalgu.center.alarms.signals import Signal, signal
from dalgu.center.alarms.tally import Tally
from dalgu.center.alarms.topology import Topology
from dalgu.center.alarms.wording import Wording, joined
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import Changed, IncidentDeed, Joined, Merged
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.state import incident_id
from dalgu.center.incidents.words import Outcome
from dalgu.center.testbeds.testbeds import Testbeds
from dalgu.hub.model import Document
from dalgu.kernel.errors import NotExisting

ROOM = "alarms"
CALM_OUTCOMES = (Outcome.FALSE_ALARM, Outcome.NO_ACTION)


class AlarmRuleNotExisting(NotExisting):
    """No alarm rule has this name."""

    slug = "alarm-rule-not-existing"
    title = "The alarm rule does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(f"Alarm rule '{name[:60]}' does not exist.", rule=name[:60])


@dataclass(frozen=True, slots=True)
class Taken:
    """What some alerts came to."""

    raised: tuple[int, ...] = ()  # numbers of new incidents
    joined: int = 0
    passed: int = 0


class Alarms:
    """Turns the alerts of all services into few incidents, and measures itself."""

    def __init__(
        self,
        ground: Ground,
        incidents: Incidents,
        testbeds: Testbeds,
        known: Rules | None = None,
    ) -> None:
        self._ground = ground
        self._incidents = incidents
        self._testbeds = testbeds
        self.written = known or rule_file.load()  # as the file has them
        self.tally = Tally()
        self.topology = Topology(one.name for one in self.written.relations if one.same)
        self._reader = Reader(ground.hub, self.written.relations, self.topology)
        self._wording = Wording(self._reader, ground.city)
        self._desks: dict[str | None, Grouping] = {}  # of the city, and of each drill
        self._lock = asyncio.Lock()
        ground.logbook.open_room(ROOM, AlarmDeed, self.tally.take)

    @property
    def rules(self) -> Rules:
        """The rules as they are in force: the file's, with what administrators set."""
        found = tuple(self._in_force(rule) for rule in self.written.rules)
        return rule_file.assembled(self.written.relations, found, self.written.events)

    def is_set_off(self, rule: str) -> bool:
        """Tell whether an administrator switched a rule off."""
        setting = self.tally.settings.get(rule)
        return setting is not None and not setting.deed.is_on

    def quiet_since(self, number: int) -> datetime | None:
        """Return when the sources ended all alerts of an incident, `None` while one stands."""
        return self.tally.ended.get(incident_id(number))

    async def read_topology(self) -> None:
        """Read from the hub what hangs on what; things that come later are read when they speak."""
        await self._reader.read_all()

    async def run(self) -> None:
        """Follow the hub's alerts until cancelled."""
        await self.read_topology()
        await Follower(self._ground, self).run()

    async def set_rule(self, deed: RuleSet, actor: Actor) -> None:
        """Set a rule; alerts from now on are judged by it. Raise `AlarmRuleNotExisting`."""
        if self.written.rule(deed.rule) is None:
            raise AlarmRuleNotExisting(deed.rule)
        async with self._lock:
            noted = [Noted(f"rule:{deed.rule}", deed)]
            await self._ground.logbook.write(actor, ROOM, lambda at: noted)
            self._desks.clear()  # they come back from the book, with the new rules

    async def take(self, documents: Iterable[Document], *, drill: str | None = None) -> Taken:
        """Take Alert entities; return once what they came to is on disk.

        An alert may come twice: what it came to the first time stands.
        """
        async with self._lock:
            desk = await self._desk(drill)
            now_s = self._ground.clock.now().timestamp()
            heard = [signal(document, now_s) for document in documents]
            news = [one for one in heard if self._is_news(one, drill)]
            await self._reader.learn(one.thing for one in news)
            placed = [replace(one, place=self._wording.place_of(one)) for one in news]
            self._follow_operators(desk)
            changes = desk.take(placed, now_s)
            try:
                return await self._write(changes, len(news), drill)
            except BaseException:
                del self._desks[drill]  # it is ahead of the book: begin again from there
                raise

    def _is_news(self, one: Signal, drill: str | None) -> bool:
        number = self._incidents.by_alert.get(one.id)
        if number is not None:
            held = self._incidents.all[number]
            if held.is_open or held.drill != drill:
                return one.is_ended and held.drill == drill
            return not one.is_ended and one.at_s > (held.closed_at or held.raised_at).timestamp()
        passed = self.tally.events.get(one.id)
        if passed is None or drill is not None:
            return True
        known = passed[0]
        return one.is_ended or one.severity > known.severity or one.at_s > known.issued_s + 1

    async def _write(self, changes: Changes, heard: int, drill: str | None) -> Taken:
        if changes.is_empty:
            return Taken()
        given: dict[int, Group] = {}

        def decide(number: int) -> Sequence[tuple[int, IncidentDeed]]:
            for group in changes.begun.values():
                given[number + len(given)] = group
            return list(self._deeds(changes, {id(g): n for n, g in given.items()}, drill))

        await take_in(self._ground, self._incidents, decide)
        for number, group in given.items():
            group.number = number
        await self._ground.logbook.write(
            SYSTEM, ROOM, lambda at: self._noted(changes, heard, drill)
        )
        count = sum(map(len, changes.joined.values()))
        return Taken(tuple(given), count, len(changes.passed))

    def _deeds(
        self, changes: Changes, given: dict[int, int], drill: str | None
    ) -> Iterable[tuple[int, IncidentDeed]]:
        for key, signals in changes.joined.items():
            group = changes.groups[key]
            number = given.get(key) or group.number
            if number is None:
                continue
            if key in given:
                yield number, self._wording.raised(group, signals, drill)
            yield number, joined(signals)
        for other, into in changes.merged:
            number = given.get(id(into)) or into.number
            if other.number is not None and number is not None:
                held = self._incidents.all[other.number]
                moved = [one for one in held.alerts if self._incidents.by_alert[one] == held.number]
                yield number, Joined(tuple(moved), tuple(held.things))
                yield other.number, Merged(into=number)
        for group in changes.raised.values():
            if id(group) not in given and group.number is not None:
                yield from self._graver(group, group.number)

    def _graver(self, group: Group, number: int) -> Iterable[tuple[int, IncidentDeed]]:
        """Raise the priority of what grew graver, unless an operator has set another."""
        held, wanted = self._incidents.all[number], group.rule.priority_of(group.severity)
        if held.priority == group.rule.priority and wanted < held.priority:
            yield number, Changed(priority=wanted)

    def _noted(self, changes: Changes, heard: int, drill: str | None) -> Sequence[Noted]:
        batch = Batch(
            heard=heard,
            joined=sum(map(len, changes.joined.values())),
            repeated=changes.repeated,
            suppressed=changes.suppressed,
            fleeting=changes.fleeting,
            passed=tuple(self._passed(one) for one in changes.passed.values()),
            chattering=tuple(changes.chattering),
            drill=drill,
        )
        ended = [
            Noted(incident_id(group.number), Ended(len(self._incidents.all[group.number].alerts)))
            for group in changes.quiet
            if group.number is not None
        ]
        return [Noted("alarms", batch), *ended]

    def _passed(self, one: Signal) -> Passed:
        rule = self.written.event_of(one.kind).name
        return Passed(one.id, one.thing, one.kind, one.severity, one.at_s, rule)

    # -- what the groups stand on -------------------------------------------------------------

    def _in_force(self, rule: Rule) -> Rule:
        setting = self.tally.settings.get(rule.name)
        if setting is None:
            return rule
        deed = setting.deed
        return msgspec.structs.replace(
            rule,
            priority=deed.priority or rule.priority,
            grave=None if deed.priority else rule.grave,
            radius_m=rule.radius_m if deed.radius_m is None else deed.radius_m,
            window_s=rule.window_s if deed.window_s is None else deed.window_s,
        )

    def _is_on(self, rule: Rule, one: Signal) -> bool:
        lon, lat = one.place or (None, None)
        is_here = self._testbeds.is_on(rule.name, rule.testbed, lon, lat)
        return is_here and not self.is_set_off(rule.name)

    async def _desk(self, drill: str | None) -> Grouping:
        if drill not in self._desks:
            desk = Grouping(self.rules, self.topology, self._ground.city.centre, self._is_on)
            await self._restore(desk, drill)
            self._desks[drill] = desk
        return self._desks[drill]

    async def _restore(self, desk: Grouping, drill: str | None) -> None:
        """Go on from the book: the open incidents with their alerts, and events that wait."""
        now = self._ground.clock.now()
        for incident in self._incidents.open_ones():
            rule = desk.rules.rule(incident.rule)
            if rule is None or incident.drill != drill:
                continue
            found = await self._signals(incident.alerts)
            desk.adopt(group_of(incident, rule, found), found)
        if drill is None:
            since = now - timedelta(seconds=desk.rules.longest_s())
            recent = [one.alert for one, at in self.tally.events.values() if at >= since]
            waiting = await self._signals(one for one in recent if self.is_event(one))
            desk.wait(one for one in waiting if not one.is_ended)

    def is_event(self, alert: str) -> bool:
        """Tell whether an alert belongs to no incident."""
        return alert not in self._incidents.by_alert

    async def _signals(self, alerts: Iterable[str]) -> list[Signal]:
        now_s = self._ground.clock.now().timestamp()
        held = await documents(self._ground.hub, alerts)
        found = [signal(document, now_s) for document in held]
        await self._reader.learn(one.thing for one in found)
        return [replace(one, place=self._wording.place_of(one)) for one in found]

    def _follow_operators(self, desk: Grouping) -> None:
        """Let go of what operators closed or merged since."""
        by_number = {group.number: group for group in desk.groups}
        for group in list(desk.groups):
            held = None if group.number is None else self._incidents.all[group.number]
            if held is None or held.is_open:
                continue
            into = by_number.get(held.merged_into)
            if into is not None and into is not group and not into.is_over:
                desk.merge(group, into)
                continue
            is_calm = held.outcome in CALM_OUTCOMES and held.closed_at is not None
            calm_s = held.closed_at.timestamp() if is_calm and held.closed_at else 0.0
            desk.end(group, calm_until_s=calm_s + group.rule.deadband_s if calm_s else 0.0)
