"""The power goes while phones vote and tables speak: what was acknowledged is there, once.

A kill proves nothing of this, since the system's cache outlives a process: the disk here forgets,
tears or keeps what no sync has followed (`benchmarks/reliability/disk.py`).
"""

import asyncio
import contextlib

import apsw
import numpy as np
import pytest
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from tests.services.citizens.roundtables.conftest import QUOTAS, WITNESS, a_plan, people

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.service import Ground
from dalgu.services.citizens.ballots.recount import recount
from dalgu.services.citizens.rooms import open_rooms
from dalgu.services.citizens.roundtables.hall import OpinionDraft
from dalgu.services.citizens.roundtables.plan import StepKind
from dalgu.services.citizens.roundtables.voting import box_id
from dalgu.store.sqlite import Durability, Store

STAFF = Actor("person:staff", Role.OPERATOR)
NUMBER = 1
BOX = box_id(NUMBER, "q1", "before")


def hall(folder, clock, **how):
    """Open the rooms over what is on disk."""
    store = Store.open(folder / "city.db", checkpoint_pages=60, **how)
    access = Access(store, clock, key_file=folder / "dalgu.key")
    ground = Ground(
        LocalHub(store, clock), store, clock, access, cities.load("daegu"), Settings(), folder,
        Logbook(store, clock, access.book("citizens")),
    )  # fmt: skip
    return store, open_rooms(ground)


async def begun(folder, clock):
    """Bring a roundtable to its ballot, on a disk that holds."""
    store, rooms = hall(folder, clock)
    room = rooms.roundtables
    await room.planning.plan(STAFF, a_plan(clock.now()))
    await room.planning.open_call(STAFF, NUMBER, room.ledger.today)
    await room.applying.enrol(STAFF, NUMBER, people(48), "paper")
    await room.planning.close_call(STAFF, NUMBER)
    await room.selection.set_quotas(STAFF, NUMBER, QUOTAS, 12)
    await room.selection.commit(STAFF, NUMBER)
    await room.selection.draw(STAFF, NUMBER, WITNESS)
    await room.selection.seat(STAFF, NUMBER)
    await room.hall.begin(STAFF, NUMBER)
    kinds = [step.kind for step in room.ledger.get(NUMBER).plan.agenda]
    await room.hall.take_step(STAFF, NUMBER, kinds.index(StepKind.BALLOT_BEFORE))
    await room.voting.follow_agenda(STAFF, NUMBER)
    await store.close()


async def until_the_cut(folder, clock, durability, told):
    """Vote and speak until the power goes; remember what was acknowledged."""
    with contextlib.suppress(apsw.Error, DalguError):
        store, rooms = hall(folder, clock, durability=durability, vfs=LAYER)
        room = rooms.roundtables

        async def vote(seat):
            with contextlib.suppress(DalguError):
                receipt = await room.voting.cast(NUMBER, seat, BOX, {"o2": 1})
                told["receipts"].append(receipt.code)

        async def speak(table):
            for n in range(6):
                drafts = [OpinionDraft(f"t{table}-{n}", f"의견 {n}", clock.now())]
                with contextlib.suppress(DalguError):
                    for one in await room.hall.say(STAFF, NUMBER, table, drafts):
                        told["keys"] += [one.key] if one.opinion else []

        seats = room.ledger.get(NUMBER).members
        await asyncio.gather(*map(vote, seats), *map(speak, (1, 2, 3)), return_exceptions=True)
        await store.close()


async def lost(folder, clock, told):
    """Return what was acknowledged and is not there exactly once."""
    store, rooms = hall(folder, clock)
    opinions = list(rooms.roundtables.ledger.get(NUMBER).opinions)
    await rooms.roundtables.voting.close(STAFF, NUMBER, BOX)
    counted = [one.receipt for one in recount(await rooms.ballots.file(BOX)).ballots]
    broken = await rooms.roundtables.ledger.ground.book.verify()
    await store.close()
    gone = [code for code in told["receipts"] if counted.count(code) != 1]
    return [
        *gone,
        *(key for key in told["keys"] if opinions.count(key) != 1),
        *filter(None, [broken]),
    ]


def cut(folder, durability, steps, seed):
    """Return what one power cut lost, and how much had been acknowledged."""
    clock, disk = ManualClock(a_clock_start()), Disk(np.random.default_rng(seed))
    layer = DiskLayer(disk)
    told = {"receipts": [], "keys": []}
    asyncio.run(begun(folder, clock))
    disk.restart(steps)
    asyncio.run(until_the_cut(folder, clock, durability, told))
    disk.is_off = True
    disk.lose()
    del layer
    return asyncio.run(lost(folder, clock, told)), len(told["receipts"]) + len(told["keys"])


def a_clock_start():
    from tests.services.citizens.conftest import MORNING

    return MORNING


@pytest.mark.parametrize(("steps", "seed"), [(25, 1), (60, 2), (110, 3)])
def test_what_a_phone_or_a_tablet_was_told_outlives_a_power_cut(tmp_path, steps, seed):
    gone, _ = cut(tmp_path, Durability.FULL, steps, seed)
    assert gone == []


def test_the_cuts_fall_while_something_was_acknowledged(tmp_path):
    _, acknowledged = cut(tmp_path, Durability.FULL, 110, 4)
    assert 0 < acknowledged < 12 + 18


def test_settings_that_do_not_sync_fail_the_same_check(tmp_path):
    gone, acknowledged = cut(tmp_path, Durability.OFF, 60, 60)
    assert len(gone) == acknowledged > 0
