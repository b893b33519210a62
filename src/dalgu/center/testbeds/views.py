"""What the page of a test bed shows of its rules, its incidents and its outline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dalgu.access.actor import Actor
from dalgu.center.incidents.state import Incident
from dalgu.center.testbeds.area import Testbed, TrialRule
from dalgu.center.testbeds.figures import Figures
from dalgu.center.testbeds.rollouts import Rollout
from dalgu.center.testbeds.testbeds import Testbeds

WIDTH = 320.0  # of the outline's drawing
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


def outline(testbed: Testbed) -> tuple[str, float, float]:
    """Return the outline as an SVG path, with the width and height it is drawn in."""
    from dalgu.web.drawing import canvas

    geometry = {"type": "Polygon", "coordinates": [[list(p) for p in testbed.area]]}
    sheet = canvas([geometry], width=WIDTH, margin=0.08)
    return sheet.path(geometry), sheet.width, sheet.height
