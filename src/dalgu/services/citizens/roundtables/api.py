"""What pages of the hall ask beyond being drawn: stream, batches of opinions, ballots, proof."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.text import LANGUAGES, Language
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.roundtables.hall import OpinionDraft, OpinionOutcome
from dalgu.services.citizens.roundtables.refusals import OpinionInvalid
from dalgu.services.citizens.roundtables.state import Opinion, Roundtable
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.forms import body_of, told
from dalgu.web.frame import actor_of
from dalgu.web.static import OWN

LARGEST_BATCH_BYTES = 2**20
LARGEST_BALLOT_BYTES = 2**15
MOST_DRAFTS = 200  # opinions of one batch
NO_STORE = {"cache-control": "no-store"}
WORKER = OWN / "citizens" / "roundtable-worker.js"
# All that a table's page needs without a network. Nothing of it is anybody's.
SHELL_FILES = (
    "tokens.css", "frame.css", "parts.css", "citizens/roundtables.css", "page.js", "words.js",
    "components/roundtable-table.js", "components/hall-stream.js", "components/shift-queue.js",
    "components/theme-switch.js", "mark.svg",
)  # fmt: skip
T = TypeVar("T")


class OpinionBatch(msgspec.Struct, frozen=True):
    """Opinions of a table in the order in which they were typed."""

    opinions: list[OpinionDraft]


class SeatBallot(msgspec.Struct, frozen=True):
    """A seat's ballot for one box."""

    box: str
    marks: dict[str, int]


class SeatToken(msgspec.Struct, frozen=True):
    """What a seat's phone blinded, base64url: the city signs it and cannot know it again."""

    box: str
    blinded: str


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name. Codes open what is public."""
    doors, read = Doors(desk), Operation.PUBLIC_READ
    here = "/roundtables/{number:int}"
    return [
        Route("/roundtable-worker.js", doors.worker, name=read),
        Route(f"{here}/live", doors.live, name=read),
        Route(f"{here}/hall.json", doors.hall, name=read),
        Route(f"{here}/proof.json", doors.proof, name=read),
        Route(f"{here}/table/{{code}}.json", doors.table, name=read),
        Route(f"{here}/table/{{code}}/opinions", doors.say, methods=["POST"], name=read),
        Route(f"{here}/seat/{{code}}/ballots", doors.vote, methods=["POST"], name=read),
        Route(f"{here}/seat/{{code}}/tokens", doors.token, methods=["POST"], name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.roundtables

    async def live(self, request: Request) -> Response:
        """Answer the stream of a hall: server-sent events `hall` and `beat`."""
        number = self._number(request)
        self.room.live.check_room()
        return StreamingResponse(
            self.room.live.told(number),
            media_type="text/event-stream",
            headers=NO_STORE | {"x-accel-buffering": "no"},
        )

    async def hall(self, request: Request) -> Response:
        """Answer the hall as it is now, as the stream tells it."""
        told_ = self.room.live.hall(self._number(request))
        return json_answer(msgspec.to_builtins(told_), headers=NO_STORE)

    async def proof(self, request: Request) -> Response:
        """Answer the file that proves a draw."""
        number = self._number(request)
        name = f"roundtable-{number}-lottery.json"
        return Response(
            self.room.selection.proof(number),
            media_type="application/json",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    async def table(self, request: Request) -> Response:
        """Answer what a table has said, and who sits there now."""
        one, table = self._table(request)
        said = {
            "now": iso(self.desk.ground.clock.now()),
            "stage": one.stage,
            "table": table,
            "round": one.round,
            "seats": list(one.tables[min(one.round, len(one.tables)) - 1][table - 1]),
            "opinions": [
                self._opinion(one, opinion)
                for opinion in one.opinions.values()
                if opinion.table == table
            ],
        }
        return json_answer(said, headers=NO_STORE)

    async def say(self, request: Request) -> Response:
        """Write a table's opinions, in order and each once; each has a fate of its own."""
        one, table = self._table(request)
        batch = await _body(request, OpinionBatch, LARGEST_BATCH_BYTES)
        if len(batch.opinions) > MOST_DRAFTS:
            raise OpinionInvalid("opinions", f"hold at most {MOST_DRAFTS} opinions")
        actor, language = actor_of(request), asked_language(request)
        outcomes = await self.room.hall.say(actor, one.number, table, batch.opinions)
        said = {
            "now": iso(self.desk.ground.clock.now()),
            "outcomes": [self._outcome(one, found, language) for found in outcomes],
        }
        return json_answer(said, headers=NO_STORE)

    async def vote(self, request: Request) -> Response:
        """Take a seat's ballot; the answer says that it is on disk, and its receipt."""
        one = self.room.ledger.get(self._number(request))
        seat = self.room.codes.seat(one, request.path_params["code"])
        ballot = await _body(request, SeatBallot, LARGEST_BALLOT_BYTES)
        receipt = await self.room.voting.cast(one.number, seat, ballot.box, ballot.marks)
        said = {"box": ballot.box, "receipt": receipt.code, "digest": receipt.digest}
        return json_answer(said, 201, headers=NO_STORE)

    async def token(self, request: Request) -> Response:
        """Sign a seat's blinded token, once: a phone that makes one of its own is unknowable."""
        one = self.room.ledger.get(self._number(request))
        seat = self.room.codes.seat(one, request.path_params["code"])
        asked = await _body(request, SeatToken, LARGEST_BALLOT_BYTES)
        try:
            blinded = urlsafe_b64decode(asked.blinded + "=" * (-len(asked.blinded) % 4))
        except ValueError:
            raise OpinionInvalid("blinded", "be base64url") from None
        signed = await self.room.voting.blind_token(one.number, seat, asked.box, blinded)
        text = urlsafe_b64encode(signed).decode().rstrip("=")
        return json_answer({"box": asked.box, "signed": text}, headers=NO_STORE)

    async def worker(self, request: Request) -> Response:
        """Answer the service worker that keeps a table's page; its first line names the build."""
        static = self.desk.frame.static
        files = [static.url(name) for name in SHELL_FILES if (OWN / name).is_file()]
        shells = {language: f"/{language}/roundtables/offline" for language in LANGUAGES}
        build = {"build": static.digest, "files": files, "shells": shells}
        return Response(
            _script(WORKER, build),
            media_type="text/javascript",
            headers={"cache-control": "no-cache", "service-worker-allowed": "/"},
        )

    def _number(self, request: Request) -> int:
        number: int = request.path_params["number"]
        return self.room.ledger.get(number).number

    def _table(self, request: Request) -> tuple[Roundtable, int]:
        one = self.room.ledger.get(self._number(request))
        return one, self.room.codes.table(one, request.path_params["code"])

    def _outcome(self, one: Roundtable, found: OpinionOutcome, language: Language) -> JSON:
        said: dict[str, JSON] = {"key": found.key, "fate": found.fate}
        if found.opinion is not None:
            said["opinion"] = self._opinion(one, found.opinion)
        if found.refusal is not None:
            said["refusal"] = told(language, found.refusal)
        return said

    def _opinion(self, one: Roundtable, opinion: Opinion) -> JSON:
        theme = one.themes.get(opinion.theme)
        return {
            "key": opinion.key,
            "order": opinion.order,
            "round": opinion.round,
            "at": iso(opinion.at),
            "text": self.room.live.shown(one, opinion),
            "theme": None if theme is None else theme.title,
        }


async def _body(request: Request, kind: type[T], limit_bytes: int) -> T:
    body = await body_of(request, "body", limit_bytes)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise OpinionInvalid("body", "be JSON of the described form") from None


def _script(path: Path, build: object) -> str:
    return f"const BUILD = {json.dumps(build)};\n{path.read_text('utf-8')}"
