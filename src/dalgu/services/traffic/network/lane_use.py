"""Which lane serves which turn, and how vehicles spread over lanes, where nobody has told."""

from collections.abc import Mapping
from dataclasses import dataclass

from dalgu.services.traffic.network.model import Turn

# Of an approach's vehicles, where no counts exist: usual shares of urban crossings (assumption).
ASSUMED_SHARE = {Turn.LEFT: 0.2, Turn.THROUGH: 0.65, Turn.RIGHT: 0.15, Turn.U_TURN: 0.0}
LEAST = 1e-3  # an allowed turn that nobody was seen to make still has a lane


@dataclass(frozen=True, slots=True)
class LaneUse:
    """One lane of an approach: its turns with their shares of its vehicles, and its own share."""

    turns: Mapping[Turn, float]
    share: float  # of the approach's vehicles
    is_pocket: bool = False


def lane_uses(flows: Mapping[Turn, float], lanes: int, pockets: int) -> list[LaneUse]:
    """Spread an approach's turns over its lanes, from the kerb on.

    Left pockets serve left turns alone; the kerb lane also serves right turns, and the lane next
    to the middle also left turns where there is no pocket. Through lanes are filled evenly.

    Parameters
    ----------
    flows
        Vehicles by turn, in any unit; turns that are not allowed are absent.
    lanes
        Lanes of full length, at least 1.
    pockets
        Left-turn pockets; none are used where no left turn passes beside through traffic.

    Examples
    --------
    >>> [sorted(use.turns) for use in lane_uses({Turn.LEFT: 1.0, Turn.THROUGH: 2.0}, 2, 1)]
    [[<Turn.THROUGH: 'through'>], [<Turn.THROUGH: 'through'>], [<Turn.LEFT: 'left'>]]

    """
    flows = {turn: max(flow, LEAST) for turn, flow in flows.items()}
    pockets = pockets if Turn.THROUGH in flows and Turn.LEFT in flows else 0
    total = sum(flows.values()) or 1.0
    if Turn.THROUGH in flows:
        full = _with_through(flows, lanes, has_pocket=pockets > 0)
    else:
        full = _without_through(flows, lanes, has_pocket=pockets > 0)
    uses = [_use(turns, total) for turns in full]
    left = flows.get(Turn.LEFT, 0.0)
    pocket = LaneUse({Turn.LEFT: 1.0}, left / total / max(pockets, 1), is_pocket=True)
    return uses + [pocket] * pockets


def _with_through(
    flows: Mapping[Turn, float], lanes: int, *, has_pocket: bool
) -> list[dict[Turn, float]]:
    right = flows.get(Turn.RIGHT)
    left = None if has_pocket else flows.get(Turn.LEFT)
    even = (flows[Turn.THROUGH] + (right or 0.0) + (left or 0.0)) / lanes
    through = [even] * lanes
    through[0] -= right or 0.0
    through[-1] -= left or 0.0
    # A lane that turning vehicles fill carries no through traffic; the others share it.
    through = [max(q, 0.0) for q in through]
    scale = flows[Turn.THROUGH] / (sum(through) or 1.0)
    uses = [{Turn.THROUGH: q * scale} for q in through]
    if right is not None:
        uses[0][Turn.RIGHT] = right
    if left is not None:
        uses[-1][Turn.LEFT] = left
    return [{turn: q for turn, q in use.items() if q > 0 or len(use) == 1} for use in uses]


def _without_through(
    flows: Mapping[Turn, float], lanes: int, *, has_pocket: bool
) -> list[dict[Turn, float]]:
    """Return lanes of an approach that ends at a road: left ones beside right ones."""
    left = 0.0 if has_pocket else flows.get(Turn.LEFT, 0.0)
    right = flows.get(Turn.RIGHT, 0.0) + flows.get(Turn.U_TURN, 0.0)
    if lanes == 1 or not left or not right:
        return [{t: q / lanes for t, q in flows.items() if q and not _taken(t, has_pocket)}] * lanes
    rights = min(max(round(lanes * right / (left + right)), 1), lanes - 1)
    return [{Turn.RIGHT: right / rights}] * rights + [{Turn.LEFT: left / (lanes - rights)}] * (
        lanes - rights
    )


def _taken(turn: Turn, has_pocket: bool) -> bool:
    return has_pocket and turn is Turn.LEFT


def _use(turns: Mapping[Turn, float], total: float) -> LaneUse:
    flow = sum(turns.values())
    if flow <= 0:
        return LaneUse({turn: 1.0 / len(turns) for turn in turns}, 0.0)
    return LaneUse({turn: q / flow for turn, q in turns.items()}, flow / total)
