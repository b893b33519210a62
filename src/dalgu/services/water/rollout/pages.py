"""What the center shows of the roll-out: the order, its figures, what they stand on."""

from collections.abc import Mapping

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.text import Text
from dalgu.service import Asked, Page
from dalgu.services.water.rollout.areas import read_areas
from dalgu.services.water.rollout.entities import WaterRolloutArea
from dalgu.services.water.rollout.planning import Planned, assumptions, plan
from dalgu.services.water.rollout.words import WORDS

DEFAULT_BUDGET_WON = 10_000_000_000
LARGEST_BUDGET_WON = 10**13
SHOWN = 200
WON_PER_MILLION = 1_000_000
WON_PER_BILLION = 1_000_000_000


class BudgetInvalid(InvalidInput):
    """The asked budget is none."""

    slug = "water-budget-invalid"
    title = "The budget is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'budget' is '{text[:20]}'; it must be a whole number of won up to "
            f"{LARGEST_BUDGET_WON}.",
            budget=text[:20],
        )


async def overview(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the roll-out page; raise `BudgetInvalid`."""
    budget_won = budget_of(asked.query.get("budget", ""))
    books, areas = await read_areas(hub)
    planned = plan(areas, budget_won)
    names: dict[str, WaterRolloutArea] = {book.id: book for book in books}
    open_ones = [one for one in planned if one.area.missing]
    return {
        "words": WORDS,
        "budget": budget_won,
        "tiles": {
            "areas": len(open_ones),
            "meters": sum(one.area.missing for one in open_ones),
            "cost_bn": round(sum(one.cost_won for one in open_ones) / WON_PER_BILLION, 1),
            "saved_bn": round(sum(one.saved_won_y for one in open_ones) / WON_PER_BILLION, 2),
        },
        "rows": [_row(one, names[one.area.key]) for one in planned[:SHOWN]],
        "bars": _bars(open_ones[:12], names),
        "assumed": [
            {"name": Text(one.ko, one.en), "value": one.value, "source": one.source}
            for one in assumptions().values()
        ],
    }


def budget_of(text: str) -> int:
    """Return the budget of a year in won, the default where none is asked for."""
    if not text:
        return DEFAULT_BUDGET_WON
    digits = text.replace(",", "")
    if not digits.isascii() or not digits.isdigit() or int(digits[:15]) > LARGEST_BUDGET_WON:
        raise BudgetInvalid(text)
    return int(digits[:15])


def _row(one: Planned, book: WaterRolloutArea) -> dict[str, JSON]:
    return {
        "year": one.year,
        "name": book.name or Text(one.area.key, one.area.key),
        "href": f"/center/entities/{one.area.key}",
        "missing": one.area.missing,
        "covered_pct": round(100 * one.area.covered_share),
        "gateways": one.gateways,
        "cost": one.cost_won,
        "leakage": one.leakage_won_y,
        "unread": one.unread_won_y,
        "reading": one.reading_won_y,
        "payback_y": None if one.payback_y is None else round(one.payback_y, 1),
    }


def _bars(planned: list[Planned], names: Mapping[str, WaterRolloutArea]) -> list[dict[str, JSON]]:
    longest = max((one.ratio for one in planned), default=0.0) or 1.0
    return [
        {
            "name": names[one.area.key].name,
            "share": one.ratio / longest,
            "per_thousand": round(1_000 * one.ratio),
        }
        for one in planned
    ]


PAGES = (Page("/center/water/rollout", WORDS["title"], "rollout.html", overview),)
