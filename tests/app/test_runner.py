"""Jobs on a manual clock and a real store."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.app.runner import JobRunner, Run
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.schedule import daily, every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.store.sqlite import Durability, Store

BEGIN = datetime(2026, 11, 22, 3, 7, tzinfo=UTC)  # seven past noon in Daegu
MINUTE = timedelta(minutes=1)


class Diary:
    """A job that writes down when it ran, and fails where it is told to."""

    def __init__(self, *failures):
        self.ran = []
        self.failures = list(failures)

    async def __call__(self, hub, clock):
        self.ran.append(clock.now())
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure


def a_job(name, schedule, run):
    return Job(name, Text(name, name), schedule, run)


def play(tmp_path, scene, *jobs):
    async def whole():
        store = Store.open(tmp_path / "city.db", durability=Durability.OFF)
        clock = ManualClock(BEGIN)
        runner = JobRunner(store, LocalHub(store, clock), clock, jobs)
        running = asyncio.create_task(runner.run())
        try:
            await let_run()
            return await scene(runner, clock)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await store.close()

    return asyncio.run(whole())


async def let_run():
    """Let whoever was woken come to its next wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def pass_time(clock, runner, minutes, done):
    """Let time pass minute by minute, until the jobs that came due are written down."""
    for _ in range(minutes):
        await clock.advance(MINUTE)
        await let_run()
        while True:  # a run ends with a durable write in another thread
            commit = runner._store.next_commit()  # taken before looking, so that none slips by
            if done():
                commit.cancel()
                break
            await asyncio.wait_for(commit, 5)
        # A record can be read before the runner's own write is answered; this one is after it.
        await runner._store.write(lambda tables: None)
        await let_run()


def due(runner, diary):
    """Return whether the diary's last run is in the records."""
    last = runner.last_runs().get("diary")
    return not diary.ran or (last is not None and last.started_at == iso_of(diary.ran[-1]))


def iso_of(at):
    return at.isoformat().replace("+00:00", "Z")


def test_a_job_runs_when_it_is_due_and_only_then(tmp_path):
    diary = Diary()

    async def scene(runner, clock):
        await pass_time(clock, runner, 32, lambda: due(runner, diary))

    play(tmp_path, scene, a_job("diary", every(minutes=10), diary))
    assert [at.minute for at in diary.ran] == [10, 20, 30]


def test_a_daily_job_runs_at_its_local_hour(tmp_path):
    diary = Diary()

    async def scene(runner, clock):
        await clock.advance(timedelta(hours=16, minutes=22))
        await pass_time(clock, runner, 1, lambda: due(runner, diary))

    play(tmp_path, scene, a_job("diary", daily("04:30"), diary))
    assert diary.ran == [datetime(2026, 11, 22, 19, 30, tzinfo=UTC)]


def test_a_job_that_fails_is_logged_and_runs_again(tmp_path, caplog):
    diary = Diary(ValueError("no such row"), InvalidInput("The register is empty."), None)

    async def scene(runner, clock):
        outcomes = []
        for _ in range(3):
            await pass_time(clock, runner, 10, lambda: due(runner, diary))
            outcomes.append(runner.last_runs()["diary"].outcome)
        return outcomes

    outcomes = play(tmp_path, scene, a_job("diary", every(minutes=10), diary))
    assert outcomes == ["failed; the log holds the trace", "The register is empty.", "done"]
    told = [(one.message, one.job, one.exc_info is not None) for one in caplog.records]
    assert told == [("job.failed", "diary", True), ("job.refused", "diary", False)]


def test_one_failing_job_does_not_stop_another(tmp_path):
    broken, diary = Diary(*[KeyError("x")] * 9), Diary()

    async def scene(runner, clock):
        await pass_time(clock, runner, 32, lambda: due(runner, diary))

    jobs = [a_job("broken", every(minutes=5), broken), a_job("diary", every(minutes=10), diary)]
    play(tmp_path, scene, *jobs)
    assert len(diary.ran) == 3
    assert len(broken.ran) >= 5


def test_runs_missed_at_one_stretch_are_made_up_by_one(tmp_path):
    diary = Diary()

    async def scene(runner, clock):
        clock._now += timedelta(hours=5)  # the machine slept; nobody was woken
        await pass_time(clock, runner, 1, lambda: due(runner, diary))
        await pass_time(clock, runner, 9, lambda: due(runner, diary))

    play(tmp_path, scene, a_job("diary", every(minutes=10), diary))
    assert len(diary.ran) == 2


def test_one_job_at_a_time(tmp_path):
    inside, most = 0, 0

    async def busy(hub, clock):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1

    async def scene(runner, clock):
        await asyncio.gather(*(runner.run_once(job) for job in runner.jobs.values()))

    play(tmp_path, scene, *(a_job(f"job{n}", every(hours=1), busy) for n in range(4)))
    assert (inside, most) == (0, 1)


def test_the_last_runs_are_kept_over_a_restart(tmp_path):
    async def first(runner, clock):
        return await runner.run_once(runner.jobs["diary"])

    async def second(runner, clock):
        return runner.last_runs()

    run = play(tmp_path, first, a_job("diary", every(hours=1), Diary()))
    assert run == Run("diary", iso_of(BEGIN), iso_of(BEGIN), "done")
    assert play(tmp_path, second) == {"diary": run}


def test_a_cancelled_run_is_not_a_failed_one(tmp_path, caplog):
    async def endless(hub, clock):
        await asyncio.Event().wait()

    async def scene(runner, clock):
        running = asyncio.create_task(runner.run_once(runner.jobs["endless"]))
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return runner.last_runs()

    assert play(tmp_path, scene, a_job("endless", every(hours=1), endless)) == {}
    assert caplog.records == []
