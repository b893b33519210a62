"""Which parents have failed, by their own word or by that of what hangs on them. Pure."""

from collections.abc import Callable, Iterator

from dalgu.center.alarms.group import Group
from dalgu.center.alarms.rules import Rule, Rules
from dalgu.center.alarms.signals import Signal
from dalgu.center.alarms.topology import Topology
from dalgu.center.alarms.waiting import Told

BRANCHES = 2  # a parent explains more than one branch below it, or the branch is the cause


class Parents:
    """Failed parents with their groups, and what is told of the others."""

    def __init__(self, rules: Rules, topology: Topology) -> None:
        self._rules = rules
        self._topology = topology
        self._told = Told()
        self._failed: dict[tuple[str, str], Group] = {}  # rule and parent
        self._explained: dict[str, Group] = {}  # thing to the group of its failed parent

    def explaining(self, one: Signal, fits: Callable[[Group, Signal], bool]) -> Group | None:
        """Return the group of the failed parent that explains an alert best.

        What could begin an incident belongs to its own parent alone. Of the others the rule for
        which the kind tells most comes first, then the nearest parent.
        """
        starting = [rule for rule in self._rules.starting.get(one.kind, ()) if rule.relation]
        for rule in starting:
            parent = self._topology.parent(one.thing, rule.relation)
            found = None if parent is None else self._failed.get((rule.name, parent))
            if found is not None and fits(found, one):
                return found
        ranked = [
            (rule.joins.index(one.kind), steps, group)
            for rule in self._rules.joining.get(one.kind, ())
            if rule.relation and rule not in starting and one.kind in rule.joins
            for steps, parent in enumerate(self._chain(one.thing))
            if (group := self._failed.get((rule.name, parent))) and fits(group, one)
        ]
        return min(ranked, key=lambda each: each[:2])[2] if ranked else None

    def silent(self, one: Signal) -> Iterator[tuple[Rule, str, float]]:
        """Count an alert for what it directly hangs on; yield what has failed by that, since when.

        Whoever takes one begins its group before asking for the next.
        """
        for rule in self._rules.inferring.get(one.kind, ()):
            for parent, child in list(self._topology.direct(one.thing, rule.relation)):
                count = self._told.hear(rule.name, parent, child, one.at_s)
                if count < self._enough(rule, parent):
                    continue
                began_s = self._inferred(rule, parent, one)
                if began_s is not None:
                    yield rule, parent, began_s

    def keep(self, group: Group) -> None:
        """Know the parent of a group as failed."""
        if group.scope is not None:
            self._failed[group.rule.name, group.scope] = group

    def hold(self, group: Group, one: Signal) -> None:
        """Know an alert as explained by the parent of a group."""
        if one.kind in group.rule.evidence or one.kind in group.rule.starts:
            self._explained |= dict.fromkeys(self._topology.names_of(one.thing), group)

    def end(self, group: Group) -> None:
        """Forget a group and what it explains."""
        if group.scope is not None and self._failed.get((group.rule.name, group.scope)) is group:
            del self._failed[group.rule.name, group.scope]
        for thing in group.things:
            if self._explained.get(thing) is group:
                del self._explained[thing]

    def merge(self, other: Group, into: Group) -> None:
        """Let one group explain what another, which has ended, did."""
        if into.rule.share:
            self._explained |= dict.fromkeys(other.things, into)
        is_below = into.scope is not None and other.scope in self._topology.below(into.scope)
        if other.scope is not None and (is_below or other.rule is into.rule):
            self._failed[into.rule.name, other.scope] = into

    def _chain(self, thing: str) -> tuple[str, ...]:
        return (thing, *(parent for _, parent in self._topology.ancestors(thing)))

    def _inferred(self, rule: Rule, parent: str, one: Signal) -> float | None:
        """Return since when a parent has failed as its things tell, `None` if it has not."""
        known = self._failed.get((rule.name, parent))
        if known is not None and known.takes(one.at_s):
            return None
        recent = self._told.since(rule.name, parent, one.at_s - rule.window_s)
        count = len(recent)
        open_ones = [child for child in recent if self._is_open_to(child, rule, count)]
        branches = {self._branch(child, rule, parent) for child in open_ones}
        if len(open_ones) < self._enough(rule, parent) or len(branches) < BRANCHES:
            return None
        return sorted(recent.values())[count // 4]  # the quickest may have chattered before

    def _enough(self, rule: Rule, parent: str) -> float:
        return max(rule.least, rule.share * self._topology.children(parent, rule.relation))

    def _is_open_to(self, thing: str, rule: Rule, count: int) -> bool:
        """Tell whether no other parent that failed, or more likely did, explains a thing."""
        other = self._explained.get(thing)
        if other is None or other.is_over or other.rule is rule:
            return True
        return not other.is_confirmed and len(other.keys) < count

    def _branch(self, thing: str, rule: Rule, parent: str) -> str:
        """Return the failed thing below the parent that already explains this one, or itself."""
        below = self._topology.below(parent)
        for _, ancestor in self._topology.ancestors(thing):
            if ancestor in below and self._has_failed(ancestor, rule):
                return ancestor
        return thing

    def _has_failed(self, thing: str, unless: Rule) -> bool:
        others = (rule.name for rule in self._rules.rules if rule is not unless)
        return any((name, thing) in self._failed for name in others)
