"""What the page of the shift log asks beyond its pages: entries in order, the log, its worker."""

import json
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.shifts.errors import LogEntryInvalid, ShiftNotExisting
from dalgu.center.shifts.rows import row, told
from dalgu.center.shifts.shifts import Draft
from dalgu.kernel.clock import iso
from dalgu.kernel.text import LANGUAGES
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of
from dalgu.web.static import OWN

LARGEST_BATCH_BYTES = 2 * 2**20
MOST_ENTRIES = 200  # of one batch: a busy operator writes some ten in 15 minutes
WORKER = OWN / "center" / "shift-worker.js"
# All that the page needs without a network. Nothing of it is anybody's: see the shell's template.
SHELL_FILES = (
    "tokens.css", "frame.css", "parts.css", "center/shifts.css", "page.js", "words.js",
    "components/shift-log.js", "components/shift-queue.js", "components/shift-rows.js", "mark.svg",
)  # fmt: skip


class Batch(msgspec.Struct, frozen=True):
    """Entries in the order in which they were written, and by whom."""

    entries: list[Draft]
    writer: str | None = None


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    read, write = Operation.SHIFT_READ, Operation.SHIFT_WRITE
    return [
        Route("/shift-worker.js", doors.worker, name=Operation.PUBLIC_READ),
        Route("/shifts/entries", doors.write, methods=["POST"], name=write),
        Route("/shifts/{shift}.json", doors.shift, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def write(self, request: Request) -> Response:
        """Write entries in their order; each has a fate of its own."""
        body = await body_of(request, "batch of entries", LARGEST_BATCH_BYTES)
        try:
            batch = msgspec.json.decode(body, type=Batch)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise LogEntryInvalid("entries", "be a list of entries in JSON") from None
        if len(batch.entries) > MOST_ENTRIES:
            raise LogEntryInvalid("entries", f"hold at most {MOST_ENTRIES} entries")
        actor, language = actor_of(request), asked_language(request)
        shifts = self.center.rooms.shifts
        outcomes = await shifts.write(actor, batch.entries, writer=batch.writer)
        said = {
            "now": iso(self.center.clock.now()),
            "shift": shifts.now().id,
            "outcomes": [told(one, language) for one in outcomes],
        }
        return json_answer(said, headers={"cache-control": "no-store"})

    async def shift(self, request: Request) -> Response:
        """Answer the log of one shift, without what links to incidents of others."""
        actor, shifts = actor_of(request), self.center.rooms.shifts
        shift = shifts.log.shift(request.path_params["shift"])
        if shift is None:
            raise ShiftNotExisting(request.path_params["shift"])
        lines = shifts.log.record(shift.id).written()
        seen = [row(one) for one in lines if shifts.may_see(actor, one.said.incident)]
        said = {
            "shift": shift.id,
            "starts": iso(shift.starts),
            "ends": iso(shift.ends),
            "isSigned": shifts.log.record(shift.id).is_signed,
            "entries": seen,
        }
        return json_answer(said, headers={"cache-control": "no-store"})

    async def worker(self, request: Request) -> Response:
        """Answer the service worker: at the root, so that it may serve the page of the log.

        Its first line names the present build, so a new build is a new worker with a new store.
        """
        static = self.center.frame.static
        files = [static.url(name) for name in SHELL_FILES if (OWN / name).is_file()]
        shells = [f"/{language}/center/shift/offline" for language in LANGUAGES]
        build = {"build": static.digest, "files": files, "shells": shells}
        return Response(
            _script(WORKER, build),
            media_type="text/javascript",
            headers={"cache-control": "no-cache", "service-worker-allowed": "/"},
        )


def _script(path: Path, build: object) -> str:
    return f"const BUILD = {json.dumps(build)};\n{path.read_text('utf-8')}"
