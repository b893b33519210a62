"""The nightly job that keeps history small, of a city and of a hub alone."""

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import daily
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.store.sqlite import Store


def sealing_job(store: Store, settings: Settings) -> Job:
    """Return the job that seals old days and lets the rules of retention take what is due."""

    async def seal(hub: Hub, clock: Clock) -> None:
        from dalgu.app.retention import keep_history  # brings DuckDB's modules: not for the start

        await keep_history(store, clock, settings)

    return Job("hub.seal", Text("오래된 이력 봉인", "Seal old history"), daily("03:40"), seal)
