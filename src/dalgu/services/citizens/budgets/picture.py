"""What the result page draws: who pays for a winner, and how many voters got what."""

from dataclasses import dataclass

from dalgu.services.citizens.budgets.outcome import Side, Tally
from dalgu.services.citizens.budgets.state import Idea, Round
from dalgu.services.citizens.shares.exact import Loser, Purchase

WIDTH, HEIGHT = 300.0, 14.0  # of a bar, in the picture's own pixels


@dataclass(frozen=True, slots=True)
class Row:
    """A project under both rules; parts of the bar are in pixels."""

    idea: Idea
    votes: int
    is_equal: bool
    is_greedy: bool
    order: int  # of its purchase, 0 where it was not bought
    paid: Purchase | None
    lost: Loser | None
    full_bar: float
    last_bar: float

    @property
    def price(self) -> int:
        """What each supporter who had it paid, in won, rounded."""
        return 0 if self.paid is None else round(self.paid.price)

    @property
    def lacking(self) -> int:
        """What the supporters lacked in the end, in won, rounded up."""
        return 0 if self.lost is None else -(-self.lost.lacking // 1)

    @property
    def left(self) -> int:
        """What they had left, in won, rounded down."""
        return 0 if self.lost is None else int(self.lost.money)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many voters had so many of their projects funded, under both rules; bars in pixels."""

    funded: int
    is_more: bool
    equal: int
    greedy: int
    equal_bar: float
    greedy_bar: float


def rows(found: Round, tally: Tally) -> list[Row]:
    """Return all projects on the ballot: those funded first, then by votes."""
    order = {one: n for n, one in enumerate(tally.equal.winners, 1)}
    most = max((one.cost for one in found.ballot), default=1)
    made = [_row(idea, tally, order, most) for idea in found.ballot]
    announced = {found.ideas[one].option for one in found.winners}
    return sorted(made, key=lambda row: (row.idea.option not in announced, -row.votes))


def _row(idea: Idea, tally: Tally, order: dict[str, int], most: int) -> Row:
    paid = tally.bought.get(idea.option)
    scale = WIDTH / most
    last = 0.0 if paid is None else float(paid.from_last) * scale
    full = 0.0 if paid is None else idea.cost * scale - last
    return Row(
        idea,
        tally.election.votes[idea.option],
        idea.option in tally.equal.winners,
        idea.option in tally.greedy.winners,
        order.get(idea.option, 0),
        paid,
        tally.lost.get(idea.option),
        full,
        last,
    )


def spreads(equal: Side, greedy: Side) -> list[Spread]:
    """Return how many voters had none, one, two, … of their projects funded."""
    most = max(*equal.spread, *greedy.spread, 1)
    pairs = list(zip(equal.spread, greedy.spread, strict=True))
    return [
        Spread(n, n == len(pairs) - 1, ours, usual, WIDTH * ours / most, WIDTH * usual / most)
        for n, (ours, usual) in enumerate(pairs)
    ]
