"""The roundtable room: its parts over one ledger, opened together."""

from dataclasses import dataclass

from dalgu.hub.mirror import Mirror
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.clocks.clocks import Clocks
from dalgu.services.citizens.moderation.moderation import Moderation
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.people import People
from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.roundtables.applying import Applying
from dalgu.services.citizens.roundtables.codes import Codes
from dalgu.services.citizens.roundtables.drawn import drawer
from dalgu.services.citizens.roundtables.following import Following
from dalgu.services.citizens.roundtables.hall import Hall
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger
from dalgu.services.citizens.roundtables.live import Live
from dalgu.services.citizens.roundtables.planning import Planning
from dalgu.services.citizens.roundtables.selection import Selection
from dalgu.services.citizens.roundtables.state import Roundtable
from dalgu.services.citizens.roundtables.survey import Survey
from dalgu.services.citizens.roundtables.themes import Themes
from dalgu.services.citizens.roundtables.voting import Voting, option_title

BOXES = "roundtable-"  # how the ids of ballot boxes begin


@dataclass(frozen=True, slots=True)
class Beside:
    """The rooms that this one needs."""

    people: People
    moderation: Moderation
    clocks: Clocks
    ballots: Ballots
    proposals: Proposals
    mirror: Mirror


class Roundtables:
    """All roundtables; each part does one kind of step."""

    def __init__(self, ground: Ground, beside: Beside) -> None:
        self.ledger = Ledger(ground)
        self.codes = Codes(ground.access.keyed("citizens.roundtable.code"))
        self.planning = Planning(self.ledger)
        self.applying = Applying(self.ledger, beside.people)
        self.selection = Selection(self.ledger)
        self.survey = Survey(self.ledger)
        self.hall = Hall(self.ledger)
        self.themes = Themes(self.ledger)
        self.voting = Voting(self.ledger, beside.ballots)
        self.following = Following(self.ledger, beside.proposals)
        self.live = Live(self.ledger, self.voting, beside.moderation)
        beside.clocks.watch(self.following.owed)
        beside.moderation.things.offer(ROOM, self.thing)
        beside.mirror.follow(ROOM, drawer(self.ledger, self.live.shown))

    def thing(self, subject: str) -> Thing | None:
        """Return how a roundtable, or one of its opinions, is shown elsewhere."""
        kind, _, rest = subject.partition(":")
        number, _, part = rest.partition(":")
        if kind != "roundtable" or not number.isdigit() or int(number) not in self.ledger.known:
            return None
        one = self.ledger.get(int(number))
        title, path = (
            Text(one.plan.title, one.plan.title_en or one.plan.title),
            f"/roundtables/{number}",
        )
        if not part:
            return Thing(subject, title, path)
        opinion = one.opinions.get(part.removeprefix("opinion:"))
        if opinion is None or not part.startswith("opinion:"):
            return None
        return Thing(subject, title, f"{path}#themes", opinion.text, opinion.by)

    def option_title(self, box: str, option: str) -> Text:
        """Return what an option of a hall's box is called."""
        number = int(box.removeprefix(BOXES).partition("-")[0])
        return option_title(self.ledger.get(number), box, option)

    def every(self) -> list[Roundtable]:
        """Return all roundtables, the newest first."""
        return sorted(self.ledger.known.values(), key=lambda one: -one.number)
