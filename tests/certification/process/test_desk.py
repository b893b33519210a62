"""The desk: one transaction a step, in a log that nobody changes unseen."""

import asyncio
import shutil
from datetime import date

import apsw
import numpy as np
import pytest
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from tests.access.tampering import missed_by, rewrite

from dalgu.access.actor import Actor, Role
from dalgu.access.keys import read_keys
from dalgu.access.seals import SealedBook
from dalgu.certification.process.acts import application as app
from dalgu.certification.process.acts import certificate as cert
from dalgu.certification.process.acts import review as rev
from dalgu.certification.process.desk import BOOK, ProcessDesk
from dalgu.certification.process.errors import (
    CommandInvalid,
    ProgrammeRoleLacking,
    StageUnfit,
)
from dalgu.certification.process.intake import EvidenceKindRefused
from dalgu.certification.process.words import ConflictGround, Stage
from dalgu.kernel.errors import DalguError
from dalgu.store.errors import StoreFailed
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

CASE = "r26-27000"
TAMPERINGS = 1_000
EXTENSION = cert.RequestExtension(
    certificate="SCC-2026-001",
    round="r28",
    reference_date=date(2027, 12, 31),
    population=2_350_000,
    contact="p:1",
)
MAYOR = Actor("mayor", Role.VIEWER)


def again(town, store=None):
    """The desk after a restart, or over another store."""
    keys = read_keys(town.folder / "dalgu.key")
    book = SealedBook.named(keys, BOOK)
    return ProcessDesk(store or town.store, town.shelf, town.clock, book, town.desk._judges)


@pytest.fixture
def called_again(town):
    town.until(Stage.GRANTED)
    town.go(date(2028, 3, 2))
    town.plan("r28", 2028, date(2028, 3, 2))
    town.announce("r28")
    return town


def test_a_case_goes_from_draft_to_certificate(town):
    town.until(Stage.GRANTED)
    certificate = town.certificate()
    assert (certificate.number, certificate.grade) == ("SCC-2026-001", 2)
    assert town.run(town.desk.verify()) is None


def test_each_of_1000_random_tamperings_of_the_log_is_found_at_its_first_entry(town):
    town.until(Stage.SUBMITTED)
    town.run(town.store.online_backup(town.folder / "copy.db"))
    connection = apsw.Connection(str(town.folder / "copy.db"))
    tables = Tables(connection)
    assert town.book.verify(tables) is None
    rng = np.random.default_rng(20261128)
    missed = missed_by(lambda: town.book.verify(tables), connection, rng, TAMPERINGS)
    connection.close()
    assert missed == []


def test_a_rewritten_decision_is_found_though_the_plain_chain_holds(town):
    town.until(Stage.OBJECTION)
    town.run(town.store.online_backup(town.folder / "copy.db"))
    connection = apsw.Connection(str(town.folder / "copy.db"))
    tables = Tables(connection)
    last = town.desk.head().seq
    rewrite(connection, last, np.random.default_rng(1))
    assert tables.ledger.verify(BOOK) is None
    assert town.book.verify(tables) == last
    connection.close()


def test_a_refused_step_writes_nothing(town):
    town.until(Stage.DRAFT)
    before = town.desk.head()
    for name, command, problem in (
        ("operator", app.AcceptApplication(case=CASE), StageUnfit),
        ("r1", app.WithdrawApplication(case=CASE, reason="-"), ProgrammeRoleLacking),
    ):
        with pytest.raises(problem):
            town.do(name, command)
    assert town.desk.head() == before


def test_a_step_whose_second_event_fails_leaves_nothing_of_its_first(called_again, monkeypatch):
    town, before = called_again, called_again.desk.head()
    whole = SealedBook.append
    first_was_written = []

    def fail(*_):
        raise StageUnfit("-", "-", "-", ("-",))

    def fails_at_the_second(self, tables, content, at):
        first_was_written.append(tables.ledger.head(BOOK)[0] - before.seq)
        steps = {True: fail, False: whole}
        return steps[b"extension_requested" in content](self, tables, content, at)

    monkeypatch.setattr(SealedBook, "append", fails_at_the_second)
    with pytest.raises(StageUnfit):
        town.do("mayor", EXTENSION)
    monkeypatch.undo()
    assert first_was_written[:2] == [0, 1]
    assert town.desk.head() == before
    assert "r28-27000-ext" not in town.world.cases
    assert town.run(town.desk.verify()) is None


def test_a_power_cut_leaves_a_step_whole_or_not_at_all(called_again):
    """The power goes at every step of the disk, until the command gets through."""
    town, path = called_again, called_again.folder / "cut.db"
    town.run(town.store.online_backup(town.folder / "copy.db"))
    disk, cuts, kept = Disk(np.random.default_rng(3)), 0, 0
    layer = DiskLayer(disk)
    while True:
        cuts += 1
        for left in town.folder.glob("cut.db*"):
            left.unlink()
        shutil.copyfile(town.folder / "copy.db", path)
        is_through = asyncio.run(_cut(town, path, disk, cuts))
        cases, pending, broken = asyncio.run(_found(town, path))
        assert broken is None
        assert (pending in cases) == (pending != "")
        kept += pending != ""
        if is_through:
            break
    del layer
    assert cuts > 5
    assert kept >= 1


async def _cut(town, path, disk, steps):
    """Follow a command of two events on a disk that dies; tell whether it got through."""
    disk.restart()
    store = Store.open(path, vfs=LAYER)
    disk.restart(steps)
    try:
        await again(town, store).do(MAYOR, EXTENSION)
    except (StoreFailed, apsw.Error):
        is_through = False
    else:
        is_through = True
    disk.is_off = True
    await store.close()
    disk.lose()
    return is_through


async def _found(town, path):
    store = Store.open(path)
    desk = again(town, store)
    world = await desk.world()
    found = set(world.cases), world.certificates["SCC-2026-001"].extension_case
    broken = await desk.verify()
    await store.close()
    return (*found, broken)


def test_the_state_is_the_same_after_a_restart(town):
    town.until(Stage.GRANTED)
    assert town.run(again(town).world()) == town.world


def test_two_desks_over_one_store_see_each_other(town):
    town.until(Stage.DRAFT)
    other = again(town)
    town.submit()
    assert town.run(other.world()).cases[CASE].stage is Stage.SUBMITTED
    town.run(other.do(Actor("operator", Role.VIEWER), app.AcceptApplication(case=CASE)))
    assert town.stage() is Stage.DOCUMENT_REVIEW


def test_a_database_that_was_put_back_is_read_anew(town, tmp_path):
    town.until(Stage.DRAFT)
    earlier = town.world
    town.submit()
    assert town.world != earlier
    desk = again(town)
    desk._world = town.world
    empty = Store.open(tmp_path / "empty.db")
    desk._store = empty
    assert town.run(desk.world()).seq == 0
    town.run(empty.close())


def test_commands_at_the_same_time_follow_one_another(town):
    town.until(Stage.SUBMITTED)
    accept = app.AcceptApplication(case=CASE)
    operator = Actor("operator", Role.VIEWER)

    async def both():
        return await asyncio.gather(
            town.desk.do(operator, accept), town.desk.do(operator, accept), return_exceptions=True
        )

    results = town.run(both())
    assert [isinstance(one, StageUnfit) for one in results].count(True) == 1


def test_a_command_comes_as_json(town):
    town.until(Stage.SUBMITTED)
    operator = Actor("operator", Role.VIEWER)
    body = b'{"case": "r26-27000"}'
    done = town.run(town.desk.do_json(operator, "accept_application", body))
    assert (done.role, done.event.case) == ("operator", CASE)
    with pytest.raises(CommandInvalid):
        town.run(town.desk.do_json(operator, "accept_application", b"{}"))


def test_a_refused_file_is_not_kept_and_a_taken_one_is(town):
    town.until(Stage.DRAFT)
    before = dict(town.shelf.held)
    with pytest.raises(EvidenceKindRefused):
        town.receive(b"MZ" + bytes(100))
    assert town.shelf.held == before
    for name in ("ministry", "c1", "stranger"):
        with pytest.raises(DalguError):
            town.run(town.desk.receive_file(Actor(name, Role.VIEWER), CASE, "a.csv", b"a,b\n"))
    assert town.shelf.held == before
    received = town.receive(b"a,b\n1,2\n", name="a.csv")
    assert town.shelf.held[received.sha256] == b"a,b\n1,2\n"
    assert (received.kind, received.size_bytes) == ("csv", 8)


def test_the_log_holds_pseudonyms_only_as_they_were_given(town):
    town.until(Stage.DOCUMENT_REVIEW)
    entries = town.book.entries(town.store.read(), limit=1_000)
    assert b'"contact":"p:1"' in b"".join(one.content for one in entries)


def test_opening_a_case_is_written_down_once_for_each_who_judges(town):
    town.until(Stage.DOCUMENT_REVIEW).assign()
    seq = town.desk.head().seq
    town.run(town.desk.open_case(Actor("r1", Role.VIEWER), CASE))
    town.run(town.desk.open_case(Actor("operator", Role.VIEWER), CASE))
    assert town.desk.head().seq == seq


def test_every_refused_attempt_is_written_down(town):
    town.until(Stage.DOCUMENT_REVIEW).assign()
    town.declare("r1", CASE, ConflictGround.AGENT)
    seq = town.desk.head().seq
    for _ in range(3):
        with pytest.raises(DalguError):
            town.do("r1", rev.OpenCase(case=CASE))
    assert town.desk.head().seq == seq + 3
