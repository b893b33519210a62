"""The room of what is learned: lessons of incidents, each with who sees to it and until when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.learning.deeds import (
    LearningDeed,
    LessonDone,
    LessonFollowed,
    LessonNoted,
    LessonReopened,
)
from dalgu.kernel.errors import AlreadyExisting, InvalidInput, NotExisting

ROOM = "learning"
LONGEST_TEXT, LONGEST_OWNER = 2_000, 80
STEPS: dict[str, type[LessonFollowed | LessonDone | LessonReopened]] = {
    "follow": LessonFollowed,
    "done": LessonDone,
    "reopen": LessonReopened,
}


class LessonNotExisting(NotExisting):
    """No lesson has this number."""

    slug = "lesson-not-existing"
    title = "The lesson does not exist"

    def __init__(self, lesson: str) -> None:
        super().__init__(f"Lesson {lesson[:20]} does not exist.", lesson=lesson[:20])


class LessonInvalid(InvalidInput):
    """A lesson lacks what makes it one."""

    slug = "lesson-invalid"
    title = "The lesson is invalid"

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"Field '{field}' of the lesson is invalid: it must {rule}.", field=field)


class LessonSettled(AlreadyExisting):
    """A lesson is in the state already that a step would bring it to."""

    slug = "lesson-settled"
    title = "The lesson is not in that state"

    def __init__(self, lesson: int, step: str) -> None:
        super().__init__(f"Step '{step}' does not fit how lesson {lesson} stands.", lesson=lesson)


@dataclass(frozen=True, slots=True)
class Follow:
    """What was done about a lesson."""

    at: datetime
    actor: str
    kind: str  # followed, done, reopened
    text: str


@dataclass(slots=True)
class Lesson:
    """One lesson as it stands."""

    number: int
    incident: int
    text: str
    owner: str
    due: date
    noted_at: datetime
    noted_by: str
    follows: list[Follow] = field(default_factory=list)
    done_at: datetime | None = None

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day is past and nobody said that it is done."""
        return self.done_at is None and today > self.due


class Learning:
    """All lessons."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground = ground
        self._incidents = incidents
        self.lessons: dict[int, Lesson] = {}
        ground.logbook.open_room(ROOM, LearningDeed, self._take)

    def of(self, incident: int) -> list[Lesson]:
        """Return the lessons of an incident."""
        return [one for one in self.lessons.values() if one.incident == incident]

    def get(self, lesson: int) -> Lesson:
        """Return one lesson; raise `LessonNotExisting`."""
        try:
            return self.lessons[lesson]
        except KeyError:
            raise LessonNotExisting(str(lesson)) from None

    async def note(self, actor: Actor, incident: int, text: str, owner: str, due: str) -> Lesson:
        """Write a lesson down; `due` is a local day.

        Raises
        ------
        IncidentNotExisting, LessonInvalid

        """
        subject = self._incidents.get(incident).id
        text, owner = text.strip(), owner.strip()
        _held("text", text, LONGEST_TEXT)
        _held("owner", owner, LONGEST_OWNER)
        try:
            day = date.fromisoformat(due)
        except ValueError:
            raise LessonInvalid("due", "be a day, as 2026-12-31") from None

        def decide(at: datetime) -> list[Noted]:
            number = len(self.lessons) + 1
            return [Noted(subject, LessonNoted(number, text, owner, day.isoformat()))]

        [entry] = await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(entry.deed.lesson)

    async def step(self, actor: Actor, lesson: int, step: str, text: str) -> Lesson:
        """Say what was done about a lesson: follow, done or reopen.

        Raises
        ------
        LessonNotExisting, LessonInvalid
        LessonSettled
            When it is done already, or is reopened though it never was.

        """
        made: Callable[[int, str], LessonFollowed | LessonDone | LessonReopened] | None
        made = STEPS.get(step)
        if made is None:
            raise LessonInvalid("step", "be one of " + ", ".join(STEPS))
        text = text.strip()
        _held("text", text, LONGEST_TEXT)

        def decide(at: datetime) -> list[Noted]:
            one = self.get(lesson)
            if (one.done_at is not None) is not (step == "reopen"):
                raise LessonSettled(lesson, step)
            return [Noted(self._incidents.get(one.incident).id, made(lesson, text))]

        await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(lesson)

    def _take(self, entry: Entry) -> None:
        deed = entry.deed
        if isinstance(deed, LessonNoted):
            incident = int(entry.subject.rpartition(":")[2])
            self.lessons[deed.lesson] = Lesson(
                deed.lesson, incident, deed.text, deed.owner, date.fromisoformat(deed.due),
                entry.at, entry.actor,
            )  # fmt: skip
            return
        one = self.lessons[deed.lesson]
        kind = str(type(deed).__struct_config__.tag)
        one.follows.append(Follow(entry.at, entry.actor, kind, deed.text))
        one.done_at = entry.at if isinstance(deed, LessonDone) else None


def _held(name: str, text: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise LessonInvalid(name, f"have 1 to {longest} signs")
