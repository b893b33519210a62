"""How a thing differs from the same minute a week before, in one word and a few signs."""

from dataclasses import dataclass
from datetime import timedelta

from dalgu.center.layers import RANKS, Layer, Reading
from dalgu.web.language import number

WEEK = timedelta(days=7)
# A tenth of a car park, a fifth of a flow: less is what weeks differ by anyway.
PARKING_DIFFERS, FLOW_DIFFERS = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """Fuller, busier or worse is "up", the opposite "down"; "unknown" where a side is not known."""

    way: str
    text: str | None = None


UNKNOWN, SAME = Change("unknown"), Change("same")


def compared(layer: Layer, now: Reading, then: Reading) -> Change:
    """Return how a reading differs from one of a week before."""
    signs = (layer.judge(now), layer.judge(then))
    if any(sign.state == "stale" for sign in signs):
        return UNKNOWN
    if layer.name == "parking":
        return _of_parking(now, then)
    if layer.name == "traffic":
        return _of_flow(now, then)
    ranks = [RANKS[sign.state] for sign in signs]
    return SAME if ranks[0] == ranks[1] else Change("up" if ranks[0] > ranks[1] else "down")


def _of_parking(now: Reading, then: Reading) -> Change:
    taken = (then.value or 0) - (now.value or 0)
    share = taken / now.total if now.total else 0.0
    return Change(_way(share, PARKING_DIFFERS), _signed(-taken))


def _of_flow(now: Reading, then: Reading) -> Change:
    if not then.value:
        return UNKNOWN
    share = (now.value or 0) / then.value - 1
    return Change(_way(share, FLOW_DIFFERS), f"{_signed(100 * share)} %")


def _way(share: float, least: float) -> str:
    if abs(share) < least:
        return "same"
    return "up" if share > 0 else "down"


def _signed(difference: float) -> str:
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return sign + number(abs(difference), 0)
