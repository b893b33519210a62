"""The server of `benchmarks.citizens.roundtable`: the real site, with a hall of a wanted size open.

    python -m benchmarks.citizens.hall_server FOLDER PHONES TABLES

Prints one line of JSON (its address, the codes, a session of staff) and serves until it is ended.
"""

import asyncio
import json
import logging
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from msgspec.structs import replace as changed

from dalgu.access.actor import CONSOLE
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.kernel.clock import SystemClock, iso, local
from dalgu.kernel.settings import Settings
from dalgu.services.citizens.roundtables import synthetic
from dalgu.services.citizens.roundtables.demonstration import plan_of_script
from dalgu.services.citizens.roundtables.plan import Attribute, QuotaSet

WITNESS = "3 1 4 1 5 9 2 6"


async def opened_hall(platform: Platform, phones: int, tables: int) -> int:
    """Play a roundtable up to its open hall; return its number."""
    import numpy as np

    room = platform.opened["citizens"].rooms.roundtables
    told = synthetic.script()
    plan = plan_of_script(told, platform.clock.now())
    plan = changed(plan, size=phones, table_size=-(-phones // tables), candidates=(), criteria=())
    plan = changed(plan, agenda=tuple(s for s in plan.agenda if s.kind != "scoring"))
    number = await room.planning.plan(CONSOLE, plan)
    until = local(platform.clock.now()).date() + timedelta(days=1)
    await room.planning.open_call(CONSOLE, number, until)
    people = synthetic.applicants(replace_applicants(told, 2 * phones), np.random.default_rng(1))
    await room.applying.enrol(CONSOLE, number, people, "demonstration")
    await room.planning.close_call(CONSOLE, number)
    half = (QuotaSet(Attribute.SEX, "f", phones * 2 // 5, phones * 3 // 5),)
    await room.selection.set_quotas(CONSOLE, number, half, phones)
    await room.selection.commit(CONSOLE, number)
    await room.selection.draw(CONSOLE, number, WITNESS)
    await room.selection.seat(CONSOLE, number)
    await room.hall.begin(CONSOLE, number)
    at = [step.kind for step in plan.agenda].index("discussion")
    await room.hall.take_step(CONSOLE, number, at)
    return number


def replace_applicants(told: synthetic.Script, many: int) -> synthetic.Script:
    """Return the script with so many applicants."""
    return changed(told, applicants=many)


async def told_of(platform: Platform, number: int, port: int) -> dict[str, Any]:
    """Return what the measuring process must know."""
    room, access = platform.opened["citizens"].rooms.roundtables, platform.access
    one = room.ledger.get(number)
    link = await access.create_administrator_link()
    session = await access.redeem_link(link, "chief", "three cats under a persimmon tree")
    return {
        "url": f"http://localhost:{port}",
        "number": number,
        "now": iso(platform.clock.now()),
        "session": session.secret,
        "steps": [str(step.kind) for step in one.plan.agenda],
        "seats": [room.codes.of(one, seat) for seat in one.members],
        "tables": [room.codes.of(one, f"table:{n}") for n in range(1, one.table_count + 1)],
    }


async def serve(folder: Path, phones: int, tables: int) -> None:
    """Serve until ended."""
    logging.getLogger("dalgu").setLevel(logging.ERROR)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    with Folder(folder) as kept:
        async with opened(
            Settings(data_dir=str(folder)), kept, lambda _: SystemClock()
        ) as platform:
            number = await opened_hall(platform, phones, tables)
            said = await told_of(platform, number, port)
            app = site(platform, progress=lambda: None)
            config = uvicorn.Config(
                app, port=port, log_level="error", backlog=2_048, timeout_graceful_shutdown=1
            )
            server = uvicorn.Server(config)
            works = [
                asyncio.create_task(run())
                for one in platform.opened.values()
                for run in one.works.values()
            ]
            serving = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
                await asyncio.sleep(0.02)
            print(json.dumps(said), flush=True)
            await serving
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)


def found_after(folder: Path, number: int) -> tuple[list[str], dict[str, list[str]]]:
    """Return the opinions' keys and the receipts of each box that a folder holds, once closed."""

    async def look() -> tuple[list[str], dict[str, list[str]]]:
        with Folder(folder) as kept:
            async with opened(
                Settings(data_dir=str(folder)), kept, lambda _: SystemClock()
            ) as platform:
                rooms = platform.opened["citizens"].rooms
                one = rooms.roundtables.ledger.get(number)
                for box in list(one.boxes):
                    await rooms.roundtables.voting.close(CONSOLE, number, box)
                from dalgu.services.citizens.ballots.recount import recount

                published = {
                    box: [b.receipt for b in recount(await rooms.ballots.file(box)).ballots]
                    for box in one.boxes
                }
                return list(one.opinions), published

    return asyncio.run(look())


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
