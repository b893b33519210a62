"""Who may vote in a box: the rule of the room that opened it, or residents."""

from collections.abc import Callable, Iterator

from dalgu.access.actor import Actor
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.ballots import Ballots, State
from dalgu.services.citizens.ballots.box import Receipt, check_marks
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import Own, People, Person

DRAWN = Text("투표권을 받음", "Voting right taken")

Admit = Callable[[Actor, str], str]


class Voting:
    """The way of a voter: admitted, a token drawn, a ballot cast."""

    def __init__(self, people: People, ballots: Ballots) -> None:
        self._people, self._ballots = people, ballots
        self._rules: dict[str, Admit] = {}
        self._titles: dict[str, Callable[[str, str], Text]] = {}
        people.tells(self._own)

    def admit(self, prefix: str, rule: Admit) -> None:
        """Let a room decide who votes in boxes whose ids begin so.

        The rule gets the actor and the box's id; it returns the voice, or raises a refusal.
        """
        self._rules[prefix] = rule

    def entitle(self, prefix: str, titles: Callable[[str, str], Text]) -> None:
        """Let a room say what the options of such boxes are called: from box and option."""
        self._titles[prefix] = titles

    def title_of(self, box: str, option: str) -> Text:
        """Return what an option is called; by itself it is called as it is written."""
        for prefix, titles in self._titles.items():
            if box.startswith(prefix):
                return titles(box, option)
        return Text(option.replace("_", " "), option.replace("_", " "))

    def voice(self, actor: Actor, box: str) -> str:
        """Return the voice of an actor in a box; raise what its room refuses, or `LevelTooLow`."""
        for prefix, rule in self._rules.items():
            if box.startswith(prefix):
                return rule(actor, box)
        return self._people.voice_in(self._people.require(actor, Level.RESIDENT), box)

    async def blind_token(self, actor: Actor, box: str, blinded: bytes) -> bytes:
        """Return the blind signature of a voter; see `Ballots.blind_token`."""
        return await self._ballots.blind_token(box, self.voice(actor, box), blinded)

    async def vote(self, actor: Actor, box: str, marks: dict[str, int]) -> Receipt:
        """Draw a token and cast a ballot at once, for browsers without script.

        Nothing joins the two on disk; but this process saw both for a moment.
        """
        check_marks(self._ballots.takes(box).box, marks)
        token = await self._ballots.token(box, self.voice(actor, box))
        return await self._ballots.cast(box, token, marks)

    def has_drawn(self, actor: Actor, box: str) -> bool:
        """Tell whether an actor has had their token."""
        return self._ballots.has_drawn(box, self.voice(actor, box))

    def _own(self, person: Person) -> Iterator[Own]:
        for box, state in self._ballots.boxes.items():
            if self._ballots.has_drawn(box, self._people.voice_in(person, box)):
                yield Own(DRAWN, state.box.title, path_of(state))


def path_of(state: State) -> str:
    """Return the public page of a box, without a language."""
    return f"/citizens/ballots/{state.box.id}"


def find(ballots: Ballots, subject: str) -> Thing | None:
    """Return a box as a thing that can be followed."""
    state = ballots.boxes.get(subject)
    return None if state is None else Thing(subject, state.box.title, path_of(state))
