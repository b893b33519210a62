"""The steps that staff take, by the names that forms post to."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from dalgu.access.actor import Actor
from dalgu.services.citizens.roundtables import forms
from dalgu.services.citizens.roundtables.applying import Contact
from dalgu.services.citizens.roundtables.plan import Attribute
from dalgu.services.citizens.roundtables.refusals import RoundtablePlanInvalid
from dalgu.services.citizens.roundtables.roundtables import Roundtables
from dalgu.web.forms import Sent, first

Take = Callable[[Actor, int, Sent], Awaitable[object]]
Act = Callable[[Roundtables, Actor, int, Sent], Awaitable[object]]


def steps(room: Roundtables) -> Mapping[str, Take]:
    """Return every step by its name."""
    return {**_before(room), **_meeting(room), **_after(room)}


def _before(room: Roundtables) -> Mapping[str, Take]:
    planning, applying, selection = room.planning, room.applying, room.selection
    return {
        "plan": lambda who, n, sent: planning.change(who, n, forms.plan_of(sent)),
        "call": lambda who, n, sent: planning.open_call(who, n, _day(first(sent, "until"))),
        "close-call": lambda who, n, sent: planning.close_call(who, n),
        "cancel": lambda who, n, sent: planning.cancel(who, n, first(sent, "reason")),
        "register": lambda who, n, sent: applying.register(
            who, n, {str(a): first(sent, a) for a in Attribute}, _contact(sent)
        ),
        "appoint": lambda who, n, sent: applying.appoint(
            who, n, first(sent, "group"), _contact(sent)
        ),
        "withdraw": lambda who, n, sent: applying.withdraw(who, n, first(sent, "applicant")),
        "quotas": lambda who, n, sent: selection.set_quotas(
            who, n, forms.quotas_of(sent), _whole(sent, "size")
        ),
        "commit": lambda who, n, sent: selection.commit(who, n),
        "draw": lambda who, n, sent: selection.draw(who, n, first(sent, "witness")),
        "replace": lambda who, n, sent: selection.replace(who, n, first(sent, "applicant")),
        "seat": lambda who, n, sent: selection.seat(who, n),
        "renew": lambda who, n, sent: selection.renew_code(who, n, first(sent, "holder")),
    }


def _meeting(room: Roundtables) -> Mapping[str, Take]:
    async def agenda(who: Actor, number: int, sent: Sent) -> None:
        minutes = first(sent, "minutes")
        lasting = _whole(sent, "minutes") if minutes else None
        await room.hall.take_step(who, number, _whole(sent, "step"), lasting)
        await room.voting.follow_agenda(who, number)

    return {
        "survey": lambda who, n, sent: room.survey.open(who, n),
        "begin": lambda who, n, sent: room.hall.begin(who, n),
        "agenda": agenda,
        "boxes": lambda who, n, sent: room.voting.follow_agenda(who, n),
        "close-box": lambda who, n, sent: room.voting.close(who, n, first(sent, "box")),
        "penalty": lambda who, n, sent: room.voting.penalise(
            who, n, first(sent, "candidate"), _whole(sent, "points"), first(sent, "reason")
        ),
        "score": lambda who, n, sent: room.voting.count_scores(who, n),
    }


def _after(room: Roundtables) -> Mapping[str, Take]:
    following = room.following

    async def report(who: Actor, number: int, sent: Sent) -> None:
        for box in list(room.ledger.get(number).boxes):
            await room.voting.close(who, number, box)
        await following.report(who, number, forms.lines_of(first(sent, "conclusions")))

    return {
        "report": report,
        "answer": lambda who, n, sent: following.answer(who, n, first(sent, "text")),
        "follow": lambda who, n, sent: following.follow(
            who,
            n,
            title=first(sent, "title"),
            text=first(sent, "text"),
            department=first(sent, "department"),
        ),
        "answer-item": lambda who, n, sent: following.answer_item(
            who, n, _whole(sent, "item"), first(sent, "text")
        ),
        "end-item": lambda who, n, sent: following.end_item(
            who, n, _whole(sent, "item"), first(sent, "text"), is_done=first(sent, "end") == "done"
        ),
        "extend": lambda who, n, sent: following.extend(
            who, n, first(sent, "reason"), item=_whole(sent, "item", 0)
        ),
        "close": lambda who, n, sent: following.close(who, n, first(sent, "text")),
    }


THEME_ACTS: Mapping[str, Act] = {
    "make": lambda room, who, n, sent: room.themes.make(
        who, n, first(sent, "title"), sent.get("opinion", [])
    ),
    "rename": lambda room, who, n, sent: room.themes.rename(
        who, n, first(sent, "theme"), first(sent, "title")
    ),
    "merge": lambda room, who, n, sent: room.themes.merge(
        who, n, first(sent, "into"), sent.get("gone", [])
    ),
    "move": lambda room, who, n, sent: room.themes.move(
        who, n, sent.get("opinion", []), first(sent, "theme")
    ),
    "suggest": lambda room, who, n, sent: room.themes.suggest(n),
}


def _contact(sent: Sent) -> Contact:
    return Contact(first(sent, "name"), first(sent, "phone"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RoundtablePlanInvalid("until", "be a day") from None


def _whole(sent: Sent, name: str, otherwise: int | None = None) -> int:
    text = first(sent, name)
    if not text and otherwise is not None:
        return otherwise
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise RoundtablePlanInvalid(name, "be a whole number")
    return int(text)
