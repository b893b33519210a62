"""Proposals as pages and programs see them: plain values, hidden ones as tombstones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from dalgu.access.actor import Actor
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso, local
from dalgu.kernel.terms import Term, TermState
from dalgu.services.citizens.proposals.proposals import Proposals, path_of
from dalgu.services.citizens.proposals.spaces import Space, Tier
from dalgu.services.citizens.proposals.stages import LINES, OPEN, may
from dalgu.services.citizens.proposals.state import Comment, Event, Proposal, comment_subject
from dalgu.services.citizens.proposals.words import Kind, Side, Stage, Step

PAGE = 20
SORTS = ("new", "supports", "closing", "comments")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which proposals a list shows, and in which order."""

    kind: Kind
    text: str = ""
    stage: str = ""
    district: str = ""
    space: str = ""
    topic: str = ""
    sort: str = "new"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, with how many there are in all."""

    rows: list[Proposal]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def listed(room: Proposals, asked: Asked) -> Listed:
    """Return a page of what is asked for; what is hidden or withdrawn is not listed."""
    words = asked.text.casefold().split()
    found = [
        one
        for one in room.of_kind(asked.kind)
        if is_listed(room, one)
        and asked.stage in ("", one.stage, one.standing)
        and asked.space in ("", one.space)
        and asked.topic in ("", one.topic)
        and (not asked.district or (one.place and one.place.district == asked.district))
        and all(word in f"{one.title} {one.text}".casefold() for word in words)
    ]
    found.sort(key=KEYS.get(asked.sort, KEYS["new"]))
    begin = (max(asked.page, 1) - 1) * PAGE
    return Listed(found[begin : begin + PAGE], len(found), max(asked.page, 1))


def is_listed(room: Proposals, found: Proposal) -> bool:
    """Tell whether lists, maps and suggestions show one."""
    return found.stage is not Stage.WITHDRAWN and not room.moderation.is_hidden(found.subject)


def _closing(found: Proposal) -> tuple[bool, datetime]:
    is_open = found.stage in (Stage.MATURING, Stage.ASKING)
    return not is_open, found.closes_at or found.at


KEYS = {
    "new": lambda one: -one.number,
    "supports": lambda one: (-len(one.supports), -one.number),
    "comments": lambda one: (-len(one.comments), -one.number),
    "closing": lambda one: (*_closing(one), -one.number),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How far the supports are on the way to the next tier."""

    count: int
    goal: int
    tier: Tier | None  # `None` where all are reached
    days_left: int | None  # `None` once the first tier is reached

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.count / self.goal) if self.goal else 1.0


def bar(found: Proposal, space: Space, today: date) -> Bar:
    """Return the supports on the way to the next tier."""
    count = len(found.supports)
    coming = next((tier for tier in space.tiers if tier.act not in found.reached), None)
    goal = coming.at if coming else (space.tiers[-1].at if space.tiers else 0)
    left = None
    if found.stage is Stage.MATURING and found.closes_at is not None:
        left = max(0, (local(found.closes_at).date() - today).days)
    return Bar(count, goal, coming, left)


@dataclass(frozen=True, slots=True)
class ClockFace:
    """One term as a page shows it."""

    term: Term
    state: TermState
    days_left: int | None
    days_over: int
    share: float


def clocks(found: Proposal, today: date) -> list[ClockFace]:
    """Return the terms of one, those that run first."""
    faces = [
        ClockFace(
            term,
            term.state(today),
            term.days_left(today),
            term.days_over(today),
            min(1.0, term.share(today)) if term.is_open else 1.0,
        )
        for term in found.terms.values()
    ]
    return sorted(faces, key=lambda face: not face.term.is_open)


@dataclass(frozen=True, slots=True)
class Mine:
    """What one reader may do with one proposal."""

    is_citizen: bool
    is_author: bool
    supports: bool
    is_waiting: bool  # a carried support waits for a word
    may_support: bool
    may_comment: bool
    may_withdraw: bool
    may_supply: bool
    may_appeal: bool


def mine(room: Proposals, actor: Actor, found: Proposal) -> Mine:
    """Return what a reader may do; what they lack for it a refusal will say."""
    voice, now = room.voice(actor, found), room.ground.clock.now()
    is_author = actor.id in found.authors
    in_window = found.stage not in (Stage.MATURING, Stage.ASKING) or (
        found.closes_at is not None and now < found.closes_at
    )
    others = any(one.account not in found.authors for one in found.supports.values())
    return Mine(
        is_citizen=bool(voice),
        is_author=is_author,
        supports=voice in found.supports,
        is_waiting=voice in found.waiting,
        may_support=found.kind is not Kind.ASK and found.stage in OPEN and in_window,
        may_comment=in_window and _may(room, found, Step.COMMENT),
        may_withdraw=is_author and not others and _may(room, found, Step.WITHDRAW),
        may_supply=is_author and found.stage is Stage.SUPPLEMENT,
        may_appeal=is_author and room.may_appeal(found),
    )


def _may(room: Proposals, found: Proposal, step: Step) -> bool:
    return may(step, found.stage, found.kind)


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as a page shows it; a hidden one has no text."""

    comment: Comment
    author: str
    is_mine: bool
    is_supported: bool
    is_hidden: bool
    is_used: bool  # it changed something, says the result
    answers: list["Said"]


def comments(room: Proposals, actor: Actor, found: Proposal) -> dict[Side, list[Said]]:
    """Return the comments by side, each with the answers to it."""
    person = room.people.person(actor)
    used = set(found.result.used) if found.result else set()

    def said(one: Comment) -> Said:
        subject = f"{found.subject}:{one.number}"
        voice = room.people.voice_in(person, subject) if person.voice else ""
        return Said(
            one,
            room.people.shown(one.author),
            one.author == actor.id,
            voice in one.supports,
            room.moderation.is_hidden(comment_subject(found.number, one.number)),
            one.number in used,
            [said(answer) for answer in found.answers_to(one.number)],
        )

    return {side: [said(one) for one in some] for side, some in found.sides().items()}


@dataclass(frozen=True, slots=True)
class Point:
    """One stage of the line that a page draws."""

    stage: Stage
    is_passed: bool
    is_here: bool


def line(found: Proposal) -> list[Point]:
    """Return the stages of its kind, with where it is."""
    stages = LINES[found.kind]
    here = stages.index(found.standing)
    return [Point(stage, at < here, at == here) for at, stage in enumerate(stages)]


def history(found: Proposal) -> list[Event]:
    """Return what happened to it, the newest first, without what terms say by themselves."""
    return [one for one in reversed(found.history) if not _is_of_terms(one)]


def _is_of_terms(event: Event) -> bool:
    tag = str(getattr(event.deed.__struct_config__, "tag", ""))
    return tag in ("term.started", "term.met", "term.ended")


def row(room: Proposals, found: Proposal) -> dict[str, JSON]:
    """Return one as programs read it; never who wrote or supports it."""
    answer, place = found.answer, found.place
    due = [term.due for term in found.running() if term.due]
    return {
        "number": found.number,
        "space": found.space,
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "language": found.language,
        "topic": found.topic,
        "stage": found.stage,
        "path": path_of(found),
        "proposedAt": iso(found.at),
        "closesAt": None if found.closes_at is None else iso(found.closes_at),
        "supports": len(found.supports),
        "threshold": room.space_of(found).threshold,
        "comments": len(found.comments),
        "department": found.department or None,
        "due": min(due).isoformat() if due else None,
        "decision": None if answer is None else answer.decision,
        "reason": None if answer is None else answer.reason,
        "mergedInto": found.merged_into,
        "district": place.district if place else None,
        "location": None if place is None else [place.lon, place.lat],
    }


def rows(room: Proposals, some: Iterable[Proposal]) -> list[dict[str, JSON]]:
    """Return several as programs read them."""
    return [row(room, one) for one in some]
