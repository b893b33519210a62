"""The door for programs: a question in JSON, the reply with its sources in JSON."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import InvalidInput
from dalgu.services.assistant.desk import Desk
from dalgu.services.assistant.door.shown import reply_told, ticket_told
from dalgu.web.forms import body_of
from dalgu.web.frame import remote_of

LARGEST = 16_384  # bytes


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What a program sends: `talk` goes on with a conversation, `person` asks for a person."""

    question: str = ""
    language: Literal["ko", "en"] = "ko"
    talk: str = ""
    section: str = ""
    person: bool = False


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    door = Door(desk)
    return [Route("/ask.json", door.ask, methods=["POST"], name=Operation.ASSISTANT_ASK)]


class Door:
    """The handler, with what it stands on."""

    def __init__(self, desk: Desk) -> None:
        self.talks = desk.rooms.talks

    async def ask(self, request: Request) -> Response:
        """Answer a question, or hand a conversation over."""
        body = await body_of(request, "question", LARGEST)
        try:
            sent = msgspec.json.decode(body, type=Question)
        except msgspec.MsgspecError as wrong:
            raise InvalidInput(f"The question must be as /openapi.json says: {wrong}.") from None
        if sent.person:
            handed = await self.talks.hand_over(sent.talk, sent.language)
            return _json({"talk": sent.talk, "reply": None, "ticket": ticket_told(handed)})
        talk = await self.talks.say(
            sent.talk,
            sent.question,
            sent.language,
            remote=remote_of(request),
            section=sent.section,
        )
        ticket = self.talks.ticket(talk.code)
        last = talk.turns[-1] if talk.turns and ticket is None else None
        told = None if last is None else reply_told(last.reply, last.asked, sent.language)
        return _json({"talk": talk.code, "reply": told, "ticket": ticket_told(ticket)})


def _json(body: object) -> Response:
    return Response(
        msgspec.json.encode(body),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
