"""A dispersion plan drawn up: from a closure to signs, texts, signal plans and their effect."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.timing import Plan
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion.advice import SignAdvice, advise
from dalgu.services.traffic.dispersion.city_demand import SCALE_S, city_site, usual_hour
from dalgu.services.traffic.dispersion.dispersal import (
    Closure,
    Dispersal,
    Site,
    advised_with,
    disperse,
)
from dalgu.services.traffic.dispersion.effect import Case, Course, Turns, simulate
from dalgu.services.traffic.dispersion.equilibrium import Equilibrium, Settings
from dalgu.services.traffic.dispersion.messages import Cause, Face, Facts, Language, compose
from dalgu.services.traffic.dispersion.naming import Names
from dalgu.services.traffic.dispersion.retiming import Loaded
from dalgu.services.traffic.dispersion.routes import Route
from dalgu.services.traffic.dispersion.streets_graph import StreetGraph, street_graph
from dalgu.services.traffic.network.compiled import Compiled

Array = NDArray[np.float64]

# Erke, Sagberg & Hagman, *Effects of route guidance variable message signs on driver behaviour*,
# Transportation Research F 10(6), 2007: about every fifth vehicle changed its route.
FOLLOWS = 0.2
LEAST_SAVED_S = 15.0  # less is within what a driver could tell (assumption)
LEAST_FOLLOWERS_VPH = 5.0  # fewer are not worth a message
NOTABLE_VPH = 20.0  # smaller changes of a link's flow are not drawn
RELATIVE_GAP = 1e-5
MOST_LINKS_KEPT = 400
MOST_OVERLOADS = 20
MOST_PLANS = 12
LEAST_MOVED_VPH = 100.0  # over a signal's lane groups
OVERLOADED, NOTABLE_RISE = 1.0, 0.05
S_PER_H = 3_600.0


@dataclass(frozen=True, slots=True)
class Town:
    """A network at one hour, ready to think closures through on."""

    compiled: Compiled
    digest: str
    hour: int
    streets: StreetGraph
    site: Site
    usual: Equilibrium
    good_geh: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A closure as somebody asks for it; `at_s` is the local second of the day."""

    links: tuple[str, ...]
    capacity_share: float
    cause: Cause
    place: Text | None
    incident: str
    at_s: float


def town_at(compiled: Compiled, digest: str, hour: int, counted_vph: Array | None = None) -> Town:
    """Return a network at a local hour of the day.

    `counted_vph`, shape (links,), are flows that detectors count now, NaN where there are none;
    without any, the network's own inflows and turn shares stand for counts.
    """
    streets = street_graph(compiled)
    known = usual_hour(compiled.streets, hour)
    if counted_vph is not None and np.isfinite(counted_vph).any():
        # Links that nobody counts keep their usual flow, in the measure of those counted.
        seen = np.isfinite(counted_vph)
        measure = counted_vph[seen].sum() / max(known.counted_vph[seen].sum(), 1.0)
        known = replace(
            known,
            entering_vph=known.entering_vph * measure,
            leaving_vph=known.leaving_vph * measure,
            counted_vph=np.where(seen, counted_vph, np.nan),
        )
    found = city_site(streets, known)
    settings = Settings(SCALE_S, relative_gap=RELATIVE_GAP, rounds=3)
    site = Site(streets.graph, streets.costs, found.demand, settings)
    return Town(compiled, digest, hour, streets, site, found.equilibrium, found.good)


def draft(town: Town, wanted: Wanted, signs: Sequence[d.SignPlaced]) -> d.Draft:
    """Return the plan for a closure: advice at the signs that save time, texts, plans, effect."""
    thought = _Thought.of(town, wanted, signs)
    plans = thought.plans()
    effect = thought.effect(plans)
    if effect.plans is not None and effect.plans.mean_delay_s >= effect.signs.mean_delay_s:
        plans = ()  # they were tried, and would not help
    return d.Draft(
        network=town.digest,
        hour=town.hour,
        links=wanted.links,
        capacity_share=wanted.capacity_share,
        cause=wanted.cause,
        place=thought.place,
        incident=wanted.incident,
        reckoned=thought.reckoned(),
        signs=thought.signs(),
        changes=thought.changes(),
        overloads=thought.overloads(),
        plans=plans,
        effect=effect,
    )


@dataclass(frozen=True, slots=True)
class _Thought:
    """A closure, its dispersal, and the signs that are worth lighting."""

    town: Town
    wanted: Wanted
    names: Names
    place: Text
    dispersal: Dispersal
    lit: tuple[tuple[d.SignPlaced, SignAdvice], ...]

    @classmethod
    def of(cls, town: Town, wanted: Wanted, signs: Sequence[d.SignPlaced]) -> "_Thought":
        position = {link: n for n, link in enumerate(town.streets.links)}
        closed = [position[link] for link in wanted.links]
        closure = Closure(town.streets.narrowed(closed, wanted.capacity_share))
        follows = np.zeros(town.site.graph.nodes)
        standing = {position[sign.link]: sign for sign in signs if sign.link in position}
        standing = {node: sign for node, sign in standing.items() if node not in closed}
        follows[list(standing)] = FOLLOWS
        dispersal = disperse(town.site, town.usual, closure, follows)
        advice = advise(town.site, dispersal, np.array(sorted(standing), dtype=np.int64))
        kept = [one for one in advice if _is_worth(one)]
        if len(kept) < len(advice):
            follows[:] = 0.0
            follows[[one.node for one in kept]] = FOLLOWS
            dispersal = advised_with(town.site, dispersal, follows)
            kept = advise(
                town.site, dispersal, np.array([one.node for one in kept], dtype=np.int64)
            )
        names = Names(town.compiled.network)
        place = wanted.place or names.place(wanted.links)
        lit = tuple((standing[one.node], one) for one in kept)
        return cls(town, wanted, names, place, dispersal, lit)

    def reckoned(self) -> d.Reckoned:
        """Return the figures of the equilibria."""
        found = self.dispersal
        return d.Reckoned(
            usual_h=round(found.usual.total_travel_time_s / S_PER_H, 1),
            alone_h=round(found.alone.total_travel_time_h, 1),
            advised_h=round(found.advised.total_travel_time_h, 1),
            settled_h=round(found.settled.total_travel_time_s / S_PER_H, 1),
            bound_vph=round(found.bound_vph, 1),
            cut_off_vph=round(found.cut_off_vph, 1),
            relative_gap=found.relative_gap,
            good_geh=round(self.town.good_geh, 4),
        )

    def signs(self) -> tuple[d.SignDraft, ...]:
        """Return what each lit sign shows and does."""
        return tuple(self._sign(sign, advice) for sign, advice in self.lit)

    def _sign(self, sign: d.SignPlaced, advice: SignAdvice) -> d.SignDraft:
        ways = tuple(self._way(route, advice) for route in advice.routes)
        via = ways[0].via if ways else Text("", "")
        face = Face(sign.rows, sign.columns, sign.phases)
        return d.SignDraft(
            sign=sign.sign,
            link=sign.link,
            passing_vph=round(advice.passing_vph, 1),
            followed_vph=round(advice.followed_vph, 1),
            extra_s=round(advice.extra_s, 1),
            saved_s=round(advice.saved_s, 1),
            splits=self._splits(sign.link, advice),
            ways=ways,
            ko=self._message(face, via.ko, advice.saved_s, "ko"),
            en=self._message(face, via.en, advice.saved_s, "en"),
        )

    def _message(self, face: Face, via: str, saved_s: float, language: Language) -> d.Message:
        """Return the fullest message that fits; empty lines are for the operator to write."""
        place = self.place.ko if language == "ko" else self.place.en
        is_closed = self.wanted.capacity_share <= 0
        full = Facts(place, self.wanted.cause, is_closed, via, saved_s)
        for facts in (full, replace(full, via="")):
            try:
                return tuple(phase.lines for phase in compose(facts, face, language))
            except DalguError:
                continue
        return ()

    def _way(self, route: Route, advice: SignAdvice) -> d.Way:
        streets = self.town.streets
        arcs = [arc for arc in route.arcs if arc < len(streets.approach)]
        links = [streets.links[streets.approach_link[arc]] for arc in arcs]
        usual = {
            streets.links[streets.approach_link[arc]]
            for arc in np.flatnonzero(advice.usual_vph[: len(streets.approach)] > NOTABLE_VPH)
        }
        return d.Way(tuple(links), round(route.share, 4), self.names.via(links, sorted(usual)))

    def _splits(self, link: str, advice: SignAdvice) -> tuple[d.Split, ...]:
        streets = self.town.streets
        position = streets.links.index(link)
        start, ends, usual = streets.turns(advice.usual_vph)
        _, _, advised = streets.turns(advice.advised_vph)
        own = np.flatnonzero(start == position)
        return tuple(
            d.Split(
                streets.links[ends[turn]],
                round(float(usual[turn] / advice.followed_vph), 4),
                round(float(advised[turn] / advice.followed_vph), 4),
            )
            for turn in own.tolist()
        )

    def changes(self) -> tuple[d.LinkChange, ...]:
        """Return the links whose flow changes notably, the most first."""
        found, streets = self.dispersal, self.town.streets
        usual = streets.link_flow(found.usual.flow_vph)
        alone = streets.link_flow(found.alone.flow_vph)
        advised = streets.link_flow(found.advised.flow_vph)
        change = np.maximum(np.abs(alone - usual), np.abs(advised - usual))
        order = np.argsort(-change, kind="stable")
        order = order[change[order] >= NOTABLE_VPH][:MOST_LINKS_KEPT]
        return tuple(
            d.LinkChange(
                streets.links[n],
                round(float(usual[n]), 1),
                round(float(alone[n]), 1),
                round(float(advised[n]), 1),
            )
            for n in order.tolist()
        )

    def overloads(self) -> tuple[d.OverloadedLink, ...]:
        """Return the links that the closure overloads, the worst first."""
        found, streets = self.dispersal, self.town.streets
        usual, alone, advised = (
            self._saturation(costs.degree_of_saturation(flow))
            for costs, flow in (
                (streets.costs, found.usual.flow_vph),
                (found.closed_costs, found.alone.flow_vph),
                (found.closed_costs, found.advised.flow_vph),
            )
        )
        worst = np.maximum(alone, advised)
        over = np.flatnonzero((worst > OVERLOADED) & (worst > usual + NOTABLE_RISE))
        order = over[np.argsort(-worst[over], kind="stable")][:MOST_OVERLOADS]
        return tuple(
            d.OverloadedLink(
                streets.links[n],
                round(float(usual[n]), 3),
                round(float(alone[n]), 3),
                round(float(advised[n]), 3),
            )
            for n in order.tolist()
        )

    def _saturation(self, of_arcs: Array) -> Array:
        """Return the degree of saturation of each link's worst lane group."""
        streets = self.town.streets
        worst = np.zeros(len(streets.links))
        np.maximum.at(worst, streets.approach_link, of_arcs[: len(streets.approach)])
        return worst

    def plans(self) -> tuple[d.NewPlan, ...]:
        """Return new greens for the signals that advice loads otherwise, the most first."""
        before, after = self.dispersal.usual.flow_vph, self.dispersal.advised.flow_vph
        moved: dict[str, float] = {}
        for arc, group in enumerate(self.town.streets.approach):
            change = abs(float(after[arc] - before[arc]))
            moved[group.signal] = moved.get(group.signal, 0.0) + change
        moved.pop("", None)
        notable = [one for one in moved if moved[one] >= LEAST_MOVED_VPH]
        notable.sort(key=lambda one: -moved[one])
        loaded = Loaded(self.town.compiled, self.town.streets, after)
        return tuple(d.NewPlan(*one) for one in loaded.retimed(notable)[:MOST_PLANS])

    def effect(self, plans: Sequence[d.NewPlan]) -> d.Effect:
        """Return what the queue simulation says of the closure alone, with signs, with plans."""
        found = self.dispersal
        usual = self._turns(found.usual.flow_vph)
        none: dict[str, Plan] = {}
        new = {one.signal: one.after for one in plans}
        advised = self._turns(found.advised.flow_vph)
        cases = [Case(self._turns(found.alone.flow_vph), none), Case(advised, none)]
        if new:
            cases.append(Case(advised, new))
        links = [self.town.streets.links.index(link) for link in self.wanted.links]
        closed = (links, self.wanted.capacity_share)
        runs = simulate(self.town.compiled, closed, usual, cases, self.wanted.at_s)
        told = [_told(run) for run in runs]
        return d.Effect(told[0], told[1], told[2] if new else None)

    def _turns(self, flow_vph: Array) -> Turns:
        return Turns(*self.town.streets.turns(flow_vph))


def _is_worth(advice: SignAdvice) -> bool:
    return advice.followed_vph >= LEAST_FOLLOWERS_VPH and advice.saved_s >= LEAST_SAVED_S


def _told(course: Course) -> d.Simulated:
    return d.Simulated(
        round(course.mean_delay_s, 2),
        round(course.arrived),
        round(course.outside),
        round(course.spread_s, 2),
    )
