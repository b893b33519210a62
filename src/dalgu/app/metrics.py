"""What the platform counts of itself, in the Prometheus text format (0.0.4)."""

import resource
import sys
from collections.abc import Iterator

from dalgu.app.platform import Platform
from dalgu.app.tenancy import exposed

KIB = 1024


async def exposition(platform: Platform) -> str:
    """Return all figures, one line each with its type."""
    figures = [
        *_counters(platform),
        ("dalgu_hub_events", "counter", await platform.hub.head()),
        ("dalgu_notification_lag_events", "gauge", await platform.notifier.lag()),
        *_notifications(platform),
        ("dalgu_resident_bytes_peak", "gauge", _peak_bytes()),
    ]
    lines = (
        line
        for name, kind, value in figures
        for line in (f"# TYPE {name} {kind}", f"{name} {value}")
    )
    by_tenant = exposed(await platform.tenants.figures())
    return "\n".join((*lines, *by_tenant)) + "\n"


def _counters(platform: Platform) -> Iterator[tuple[str, str, int]]:
    taken = platform.intake.counters
    yield "dalgu_messages_accepted", "counter", taken.accepted
    yield "dalgu_messages_refused", "counter", taken.refused
    yield "dalgu_messages_overloaded", "counter", taken.overloaded
    yield "dalgu_history_rows_stored", "counter", taken.stored
    yield "dalgu_history_rows_duplicate", "counter", taken.duplicates
    held_to = platform.hub.validation
    if held_to is not None:
        yield "dalgu_entities_unfit_reported", "counter", held_to.reported
        yield "dalgu_entities_unfit_refused", "counter", held_to.refused
    yield "dalgu_writes_refused", "counter", platform.store.refused
    yield "dalgu_devices_registered", "gauge", len(platform.registry)


def _notifications(platform: Platform) -> Iterator[tuple[str, str, int]]:
    """Yield what became of notifications; `dalgu hub subscribers` tells it one by one."""
    every = list(platform.subscriptions.counters.values())
    yield "dalgu_subscriptions", "gauge", len(every)
    yield "dalgu_notifications_sent", "counter", sum(one.times_sent for one in every)
    yield "dalgu_notifications_failed", "counter", sum(one.times_failed for one in every)
    yield "dalgu_notifications_retried", "counter", sum(one.retried for one in every)
    yield "dalgu_notifications_queued", "gauge", sum(one.waiting for one in every)
    yield "dalgu_notifications_dead_lettered", "counter", sum(one.dead_lettered for one in every)
    yield "dalgu_subscriptions_failing", "gauge", sum(one.is_failing for one in every)


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * KIB
