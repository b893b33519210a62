"""Keeps history as the city's rules ask for: seals, thins and empties what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.certification.measuring.rows import messages_of
from dalgu.hub.local import KEPT
from dalgu.hub.retention import Retention, load
from dalgu.hub.retiring import Emptied, Going, empty_messages, going, messages_going
from dalgu.hub.sealing import Pressed, Progress, Sealing
from dalgu.hub.sealing_plan import cut_of
from dalgu.kernel.clock import Clock
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables
from dalgu.store.thinning import Due


@dataclass(frozen=True, slots=True)
class Kept:
    """What one run wrote and emptied."""

    files: list[Pressed]
    emptied: Emptied


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would thin or drop, and empty."""

    files: list[Going]
    messages: Emptied


async def keep_history(
    store: Store,
    clock: Clock,
    settings: Settings,
    *,
    before: datetime | None = None,
    told: Callable[[Progress], None] | None = None,
) -> Kept:
    """Seal what is old and let the rules take what is due; return what was done.

    Raises
    ------
    RetentionInvalid
        When the rules are wrong: then nothing is done.
    SealingRuns
        When another process seals the same store.

    """
    rules, now = load(settings.data_path), clock.now()
    cut = before or cut_of(now, settings.hub.hot_days)
    files = await Sealing(store, told, due_at(rules, now)).run(cut)
    emptied = Emptied(0, 0)
    if rules.messages is not None:
        oldest = now - timedelta(days=rules.messages.body_days)
        emptied = await empty_messages(store, oldest, await store.scan(cited))
    return Kept(files, emptied)


async def going_by_rules(store: Store, clock: Clock, settings: Settings) -> Forecast:
    """Return what the rules would take now; change nothing."""
    rules, now = load(settings.data_path), clock.now()
    files = await going(store, due_at(rules, now))
    messages = Emptied(0, 0)
    if rules.messages is not None:
        oldest = now - timedelta(days=rules.messages.body_days)
        messages = await messages_going(store, oldest, await store.scan(cited))
    return Forecast(files, messages)


def due_at(rules: Retention, now: datetime) -> Callable[[datetime], list[Due]]:
    """Return what the rules ask for at an instant."""
    return lambda until: rules.due(until, now)


def cited(tables: Tables) -> set[int]:
    """Return the messages that frozen evidence names."""
    return {key for _, body in tables.records.all(KEPT) for key in messages_of(body)}
