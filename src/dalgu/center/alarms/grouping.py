"""Groups alerts by what caused them: topology first, then place, type and time. Pure.

An alert goes to the group that holds the same thing with the same kind (a repetition), or of a
failed thing that it depends on, or to the nearest whose rule takes its kind. Otherwise it begins
one, when it is grave enough or enough others nearby say the same. Failing that it is an event,
which waits: whoever begins a group takes such events in with it.
Groups merge where one spreads into another, and where a parent explains what seemed to be the
failure of one of its children.
"""

from collections.abc import Iterable

from dalgu.center.alarms.group import Changes, Group, IsOn, always
from dalgu.center.alarms.nearby import Nearby
from dalgu.center.alarms.parents import Parents
from dalgu.center.alarms.rules import SEVERITIES, Rule, Rules
from dalgu.center.alarms.signals import Plane, Signal
from dalgu.center.alarms.topology import Topology
from dalgu.center.alarms.waiting import Chatter, Waiting
from dalgu.kernel.geo import Position

FLEETING_S = 60.0  # gone before an operator could have acted
LOOSE_S = 2.0  # what chattered so long before an incident is no part of it
LOOSE_BELOW_S = 10.0  # the same below a failed parent, whose things fall silent one by one


class Grouping:
    """The groups of one city (or of one drill) as they grow."""

    def __init__(
        self, rules: Rules, topology: Topology, centre: Position, is_on: IsOn = always
    ) -> None:
        self.rules = rules
        self.topology = topology
        self.is_on = is_on
        self.groups: list[Group] = []
        self._plane = Plane(*centre)
        self._by_key: dict[tuple[str, str], Group] = {}
        self._by_alert: dict[str, Group] = {}
        self._began_s: dict[str, float] = {}
        self._near: Nearby[Group] = Nearby()
        self._waiting = Waiting(self._plane)
        self._parents = Parents(rules, topology)
        self._chatter = Chatter()
        self._calmed: dict[tuple[str, str], float] = {}  # found false: until when they wait

    # -- what happens -----------------------------------------------------------------------

    def take(self, signals: Iterable[Signal], now_s: float) -> Changes:
        """Return what alerts come to; those that their source ended close what they began."""
        changes = Changes()
        for one in signals:
            if one.is_ended:
                self._end(one, now_s, changes)
            else:
                self._place(one, changes)
        self._tick(now_s, changes)
        return changes

    def adopt(self, group: Group, signals: Iterable[Signal]) -> None:
        """Go on with a group of an earlier run and the alerts it had."""
        self._keep(group)
        for one in signals:
            self._hold(group, one)

    def wait(self, signals: Iterable[Signal]) -> None:
        """Go on with events of an earlier run, which an incident may still take in."""
        for one in signals:
            self._waiting.add(one)

    def end(self, group: Group, *, calm_until_s: float = 0.0) -> None:
        """Forget a group that operators closed; a calm one's things wait before they begin anew."""
        group.is_over = True
        if group in self.groups:
            self.groups.remove(group)
        for point in group.points:
            self._near.remove(*point, group)
        for key in [key for key in group.keys if self._by_key.get(key) is group]:
            del self._by_key[key]
        if calm_until_s:
            self._calmed |= dict.fromkeys(group.keys, calm_until_s)
        self._parents.end(group)
        for alert in group.standing:
            self._by_alert.pop(alert, None)
            self._began_s.pop(alert, None)

    def merge(self, other: Group, into: Group) -> None:
        """Let one group go on as a part of another."""
        points, keys, standing = other.points, other.keys, other.standing
        mine = [key for key in keys if self._by_key.get(key) is other]
        self.end(other)
        self._by_key |= dict.fromkeys(mine, into)
        self._by_alert |= dict.fromkeys(standing, into)
        into.keys |= keys
        into.standing |= standing
        into.began_s = min(into.began_s, other.began_s)
        into.severity = max(into.severity, other.severity)
        self._parents.merge(other, into)
        if other.rule is into.rule:
            for point in points:
                self._spread(into, point)

    # -- where an alert goes ----------------------------------------------------------------

    def _place(self, one: Signal, changes: Changes) -> None:
        if one.id in self._by_alert:
            return
        is_chatter = self._chatter.hear(one)
        if is_chatter:
            changes.chattering[one.key] = None
        held = self._by_key.get(one.key)
        if held is not None and held.is_babble(one.key) and not one.is_gravest:
            changes.passed[one.id] = one
            return
        if held is not None and held.takes(one.at_s):
            changes.repeated += 1
            self._join(held, one, changes)
            return
        explained = self._parents.explaining(one, self._fits)
        if explained is not None:
            changes.suppressed += 1
            self._join(explained, one, changes)
            self._tell_parents(one, changes)
            return
        found = self._begun_by_parent(one, changes) or self._by_place(one, changes)
        if found is not None:
            self._join(found, one, changes)
            self._tell_parents(one, changes)
            return
        if self._begin(one, changes, is_chatter=is_chatter) is None:
            changes.passed[one.id] = one
            self._waiting.add(one)
            self._tell_parents(one, changes)

    def _fits(self, group: Group, one: Signal) -> bool:
        """Tell whether an alert is recent enough for a group, and no old chatter."""
        margin_s = LOOSE_BELOW_S if group.rule.share else LOOSE_S
        is_loose = not one.is_gravest and self._chatter.before(one, group.began_s - margin_s)
        return group.takes(one.at_s) and not is_loose

    def _begun_by_parent(self, one: Signal, changes: Changes) -> Group | None:
        """Begin a group when the alert tells that a parent itself has failed."""
        for rule in self.rules.at_parent.get(one.kind, ()):
            if self.topology.is_parent(one.thing, rule.relation) and self._may(rule, one):
                return self._new(rule, one.thing, one, changes)
        return None

    def _by_place(self, one: Signal, changes: Changes) -> Group | None:
        """Return the best group nearby: of a rule that it could have begun, then the nearest."""
        if one.place is None:
            return None
        x, y = self._plane.metric(one.place)
        rules = self.rules.joining.get(one.kind) or self._fallback(one)
        ranked: dict[int, tuple[bool, float, Group]] = {}
        for rule in (one for one in rules if one.radius_m):
            could_begin = one.kind in rule.starts or rule.is_fallback
            for far, group in self._near.within(x, y, rule.radius_m):
                if group.rule is rule and self._may_join(group, one) and group.fits(x, y):
                    rank = (not could_begin, far / max(1.0, rule.radius_m), group)
                    ranked[id(group)] = min(ranked.get(id(group), rank), rank, key=_of_rank)
        if not ranked:
            return None
        best = min(ranked.values(), key=_of_rank)
        if not best[0]:
            self._merge_touching([one for _, _, one in ranked.values()], best[2], changes)
        return best[2]

    def _may_join(self, group: Group, one: Signal) -> bool:
        if not self._fits(group, one):
            return False
        if group.rule.is_fallback:
            return group.kind == one.kind
        if not group.rule.relation or group.scope is None:
            return True
        return self.topology.parent(one.thing, group.rule.relation) in (None, group.scope)

    def _merge_touching(self, groups: list[Group], best: Group, changes: Changes) -> None:
        """Merge groups of one rule that one alert touches: it has spread from one to the other."""
        touching = [one for one in groups if one.rule is best.rule and one.scope == best.scope]
        for other in touching:
            if other is not best and all(best.fits(x, y) for x, y in other.points):
                older, newer = sorted((best, other), key=lambda group: group.began_s)
                self._merged(newer, older, changes)
                best = older

    def _merged(self, other: Group, into: Group, changes: Changes) -> None:
        self.merge(other, into)
        changes.merge(other, into)

    def _begin(self, one: Signal, changes: Changes, *, is_chatter: bool) -> Group | None:
        """Begin a group: with one alert that is grave enough, or with enough that agree.

        A thing that chatters is believed once another agrees, or when it is critical.
        """
        is_sure = one.is_gravest or not is_chatter
        for rule in self.rules.starting.get(one.kind) or self._fallback(one):
            if not self._may(rule, one):
                continue
            scope = self.topology.parent(one.thing, rule.relation) if rule.relation else None
            is_grave = SEVERITIES.index(rule.at_once) <= one.severity
            if is_sure and is_grave and not rule.on_delay_s:
                return self._join(self._new(rule, scope, one, changes), one, changes)
            agreeing = self._agreeing(rule, scope, one) if rule.least > 1 else {}
            if len(agreeing) >= max(2, rule.least):
                began_s = min(agreeing.values())
                group = self._new(rule, scope, one, changes, began_s=began_s)
                return self._join(group, one, changes)
        return None

    def _agreeing(self, rule: Rule, scope: str | None, one: Signal) -> dict[str, float]:
        """Return the things nearby (or below the same parent) that say the same, since when."""
        things = {one.thing: one.at_s}
        if one.place is None:
            return things
        for other in self._waiting.around(*self._plane.metric(one.place), rule.radius_m):
            is_same = other.kind == one.kind if rule.is_fallback else other.kind in rule.starts
            if is_same and self._is_recent(rule, other, one.at_s):
                parent = self.topology.parent(other.thing, rule.relation) if rule.relation else None
                if parent == scope:
                    things[other.thing] = min(other.at_s, things.get(other.thing, other.at_s))
        return things

    def _fallback(self, one: Signal) -> tuple[Rule, ...]:
        rule = self.rules.fallback
        is_named = self.rules.event_of(one.kind) is not self.rules.events[-1]
        return () if rule is None or is_named else (rule,)

    def _may(self, rule: Rule, one: Signal) -> bool:
        if self._calmed.get(one.key, 0.0) > one.at_s:
            return False
        return rule.speaks_of(one.thing) and self.is_on(rule, one)

    def _tell_parents(self, one: Signal, changes: Changes) -> None:
        """Begin a group for each parent that must have failed, though it says nothing itself."""
        for rule, parent, began_s in self._parents.silent(one):
            if self._may(rule, one):
                group = self._new(rule, parent, one, changes, began_s=began_s)
                if not group.keys:
                    self.end(group)
                    changes.forget(group)

    # -- groups ---------------------------------------------------------------------------------

    def _new(
        self,
        rule: Rule,
        scope: str | None,
        one: Signal,
        changes: Changes,
        *,
        began_s: float | None = None,
    ) -> Group:
        group = Group(rule, scope, one.kind, one.at_s if began_s is None else began_s, one.at_s)
        self._keep(group)
        changes.begin(group)
        if scope is not None:
            self._explain(group, scope, one, changes)
        return group

    def _keep(self, group: Group) -> None:
        self.groups.append(group)
        self._parents.keep(group)
        for point in group.points:
            self._near.add(*point, group)

    def _explain(self, group: Group, scope: str, one: Signal, changes: Changes) -> None:
        """Take in what the failure of a parent explains: groups and events below it."""
        rule, below = group.rule, self.topology.below(scope)
        for other in list(self.groups):
            is_recent = one.at_s - other.began_s <= rule.window_s
            if is_recent and other is not group and self._explains(rule, other, below):
                self._merged(other, group, changes)
        self._free_what_fits_better(group, below)
        for waiting in [other for other in self._waiting if other.thing in below]:
            if self._takes_kind(rule, waiting) and self._fits(group, waiting):
                changes.suppressed += 1
                self._join(group, waiting, changes)

    def _free_what_fits_better(self, group: Group, below: frozenset[str]) -> None:
        """Let things say it again here whose kind tells more of this cause than of theirs."""
        order = group.rule.joins
        for key, other in list(self._by_key.items()):
            thing, kind = key
            if other is group or thing not in below or kind not in order:
                continue
            theirs = other.rule.joins
            if (
                other.scope is not None
                and kind in theirs
                and order.index(kind) < theirs.index(kind)
            ):
                del self._by_key[key]

    def _explains(self, rule: Rule, other: Group, below: frozenset[str]) -> bool:
        """Tell whether a failed parent explains a group: of a parent below it, or only inferred."""
        if other.scope is None or other.rule is rule or other.kind not in rule.joins:
            return False
        if other.scope in below:
            return True
        inside = sum(thing in below for thing in other.things)
        is_vague = not other.is_confirmed and other.kind in rule.evidence
        return is_vague and 2 * inside >= len(other.things)

    def _join(self, group: Group, one: Signal, changes: Changes) -> Group:
        """Put an alert into a group, and with it the events that wait around it; return it."""
        queue = [one]
        while queue:
            each = queue.pop()
            if self._by_alert.get(each.id) is group:
                continue
            is_spread = self._hold(group, each)
            changes.join(group, each)
            if group.severity < each.severity:
                group.severity = each.severity
                changes.raised[id(group)] = group
            if is_spread and each.place is not None:
                queue += self._around(group, each)
        return group

    def _around(self, group: Group, one: Signal) -> list[Signal]:
        x, y = self._plane.metric(one.place or (0.0, 0.0))
        return [
            other
            for other in self._waiting.around(x, y, group.rule.radius_m)
            if group.rule.radius_m
            and self._takes_kind(group.rule, other)
            and self._is_recent(group.rule, other, one.at_s)
            and self._may_join(group, other)
            and group.fits(*self._plane.metric(other.place or (0.0, 0.0)))
        ]

    def _takes_kind(self, rule: Rule, one: Signal) -> bool:
        return one.kind in rule.starts or one.kind in rule.joins or rule.is_fallback

    def _is_recent(self, rule: Rule, one: Signal, at_s: float) -> bool:
        return abs(at_s - one.at_s) <= rule.window_s

    def _hold(self, group: Group, one: Signal) -> bool:
        """Keep an alert as a part of a group; tell whether the group reaches further by it."""
        self._waiting.remove(one.id)
        is_new = self._by_key.get(one.key) is not group
        self._by_key[one.key] = self._by_alert[one.id] = group
        self._began_s[one.id] = one.at_s
        group.standing.add(one.id)
        group.quiet_s, group.is_told_quiet = None, False
        group.keys[one.key] = group.keys.get(one.key, 0) + 1
        group.is_confirmed |= one.thing == group.scope or one.kind in group.rule.starts
        self._parents.hold(group, one)
        group.last_s = max(group.last_s, one.at_s)
        group.began_s = min(group.began_s, one.at_s)
        spreads = one.kind in group.rule.starts or group.rule.is_fallback
        if not is_new or one.place is None or not spreads:
            return False
        self._spread(group, self._plane.metric(one.place))
        return True

    def _spread(self, group: Group, point: tuple[float, float]) -> None:
        group.spread(*point)
        self._near.add(*point, group)

    # -- time -------------------------------------------------------------------------------------

    def _end(self, one: Signal, now_s: float, changes: Changes) -> None:
        waited = self._waiting.get(one.id)
        began_s = self._began_s.pop(one.id, None) if waited is None else waited.at_s
        if began_s is not None and now_s - began_s < FLEETING_S:
            changes.fleeting += 1
        self._waiting.remove(one.id)
        group = self._by_alert.pop(one.id, None)
        if group is None and began_s is None:
            changes.passed[one.id] = one  # it had ended before anybody heard of it
        if group is not None:
            group.standing.discard(one.id)
            if not group.standing:
                group.quiet_s = now_s

    def _tick(self, now_s: float, changes: Changes) -> None:
        for one in [one for one in self._waiting if self._is_due(one, now_s)]:
            [rule] = self.rules.starting[one.kind][:1]
            scope = self.topology.parent(one.thing, rule.relation) if rule.relation else None
            self._join(self._new(rule, scope, one, changes), one, changes)
        for group in self.groups:
            is_quiet = group.quiet_s is not None and not group.is_told_quiet
            if is_quiet and now_s - (group.quiet_s or 0.0) >= group.rule.off_delay_s:
                group.is_told_quiet = True
                changes.quiet.append(group)
        self._waiting.forget(now_s - self.rules.longest_s())
        self._chatter.forget(now_s - self.rules.longest_s())

    def _is_due(self, one: Signal, now_s: float) -> bool:
        for rule in self.rules.starting.get(one.kind, ())[:1]:
            is_grave = SEVERITIES.index(rule.at_once) <= one.severity
            if rule.on_delay_s and is_grave and now_s - one.at_s >= rule.on_delay_s:
                return self._may(rule, one) and self._by_key.get(one.key) is None
        return False


def _of_rank(rank: tuple[bool, float, Group]) -> tuple[bool, float]:
    return rank[:2]
