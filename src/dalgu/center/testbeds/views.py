"""What the page of a test bed shows of its rules, its incidents and its outline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dalgu.access.actor import Actor
from dalgu.center.incidents.state import Incident
from dalgu.center.testbeds.area import Testbed, TrialRule
from dalgu.center.testbeds.figures import Figures
from dalgu.center.testbeds.rollouts import Rollout
from dalgu.center.testbeds.testbeds import Testbeds
from dalgu.cities import City
from dalgu.web.drawing import canvas

WIDTH, MARGIN = 320.0, 0.7  # of the outline's drawing; the margin is a share of its size
NEWEST = 50


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule on trial, with its figures inside and how far it has come."""

    rule: TrialRule
    inside: Figures
    rollout: Rollout | None


def rules(room: Testbeds, testbed: Testbed, incidents: Sequence[Incident]) -> list[RuleRow]:
    """Return the rules on trial with their figures."""
    return [
        RuleRow(
            rule,
            room.compare(testbed, incidents, rule.name)[0],
            room.standing(testbed.name, rule.name),
        )
        for rule in testbed.rules
    ]


def open_ones(
    room: Testbeds, testbed: Testbed, incidents: Iterable[Incident], actor: Actor
) -> list[Incident]:
    """Return the open incidents of a test bed, newest first, that the actor may see."""
    if not actor.serves(testbed.district):
        return []
    found = [one for one in room.inside(testbed, incidents) if one.is_open]
    return sorted(found, key=lambda one: -one.number)[:NEWEST]


@dataclass(frozen=True, slots=True)
class Outline:
    """The area of a test bed among the neighbourhoods around it, as SVG paths."""

    area: str
    dongs: tuple[str, ...]
    width: float
    height: float


def outline(testbed: Testbed, city: City) -> Outline:
    """Return the drawing of a test bed's area."""
    geometry = {"type": "Polygon", "coordinates": [[list(p) for p in testbed.area]]}
    sheet = canvas([geometry], width=WIDTH, margin=MARGIN)
    near = (dong for dong in city.dongs if dong.district == testbed.district)
    dongs = tuple(sheet.path(dong.geometry) for dong in near)
    return Outline(sheet.path(geometry), dongs, sheet.width, sheet.height)
