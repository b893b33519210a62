"""The metrics of the platform: each declared once, and the Prometheus text format (0.0.4).

Names follow https://prometheus.io/docs/practices/naming: base units, `_total` for what only
grows. Labels come from closed sets (routes, jobs, states), never from what clients send.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dalgu.kernel.histogram import Histogram

MEDIA_TYPE = "text/plain; version=0.0.4"


class Kind(StrEnum):
    """What a metric is to Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its name, what it is, what it says, what tells its values apart."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()

    def __call__(self, value: float | Histogram, *labels: str) -> "Sample":
        """Return a value of it, its labels in their order."""
        return Sample(self, value, labels)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric."""

    metric: Metric
    value: float | Histogram
    labels: tuple[str, ...] = field(default=())


C, G, H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

BUILD = Metric("dalgu_build_info", G, "Always 1; the labels say what runs.", ("version",))
UPTIME = Metric("dalgu_uptime_seconds", G, "How long the platform has run.")

REQUESTS = Metric(
    "dalgu_http_request_duration_seconds",
    H,
    "Time from a request to the first byte of its answer; `_count` is the number of requests.",
    ("method", "route", "status"),
)
IN_PROGRESS = Metric("dalgu_http_requests_in_progress", G, "Requests that are being answered.")
ANSWERED = Metric(
    "dalgu_http_response_body_bytes_total", C, "Bytes of the bodies of answers.", ("route",)
)

QUEUED = Metric("dalgu_store_writes_waiting", G, "Works that wait for the writer.")
QUEUE_LIMIT = Metric("dalgu_store_writes_waiting_limit", G, "Beyond it writes are refused.")
REFUSED = Metric("dalgu_store_writes_refused_total", C, "Works refused as too many waited.")
GROUPS = Metric("dalgu_store_group_works", H, "Works that shared one commit.")
COMMITS = Metric("dalgu_store_commit_seconds", H, "Time of one commit with its works, synced.")
FILES = Metric("dalgu_store_file_bytes", G, "Size of the store's files.", ("file",))
FREE = Metric("dalgu_disk_free_bytes", G, "Space left on the disk of the data folder.")

ENTITIES = Metric("dalgu_entities", G, "Entities in the hub, one of several types once for each.")
TYPES = Metric("dalgu_entity_types", G, "Entity types that there are entities of.")
UNFIT = Metric(
    "dalgu_entities_unfit_total", C, "Entities that did not fit their data model.", ("outcome",)
)
HEAD = Metric("dalgu_outbox_head_events_total", C, "Number of the newest event of the outbox.")
LAG = Metric(
    "dalgu_outbox_lag_events",
    G,
    "Events that a reader of the outbox is behind: the most of all tenants.",
    ("reader",),
)
SUBSCRIPTIONS = Metric("dalgu_subscriptions", G, "Subscriptions by status.", ("status",))
NOTIFICATIONS = Metric(
    "dalgu_notifications_total",
    C,
    "Notifications by what became of them, of the subscriptions that there are; over restarts.",
    ("outcome",),
)
WAITING = Metric("dalgu_notifications_waiting", G, "Changes that are yet to be notified.")
FAILING = Metric("dalgu_subscriptions_failing", G, "Subscriptions whose endpoint fails now.")
TENANTS = Metric("dalgu_tenants", G, "Tenants besides the city's own.")
TENANT_REQUESTS = Metric(
    "dalgu_tenant_requests_total", C, "Requests by tenant, of which there are few.", ("tenant",)
)
TENANT_LAG = Metric(
    "dalgu_tenant_lag_events", G, "Events that a tenant's notifications are behind.", ("tenant",)
)
SOURCES = Metric("dalgu_registrations", G, "Registrations of context sources.")
ASKED = Metric(
    "dalgu_registration_requests_total", C, "Requests sent to context sources.", ("outcome",)
)
CONTEXTS = Metric("dalgu_contexts", G, "JSON-LD contexts that are held.", ("kind",))

MESSAGES = Metric("dalgu_messages_total", C, "Messages of devices by outcome.", ("outcome",))
ROWS = Metric("dalgu_history_rows_total", C, "Rows of history from messages.", ("outcome",))
DEVICES = Metric("dalgu_devices_registered", G, "Devices in the registry.")
MQTT_UP = Metric("dalgu_mqtt_connected", G, "1 while the broker of the devices is connected.")
MQTT_LOST = Metric("dalgu_mqtt_failures_total", C, "Connections to the broker that broke.")

JOBS = Metric("dalgu_job_runs_total", C, "Runs of a job by outcome.", ("job", "outcome"))
JOB_TIME = Metric("dalgu_job_last_duration_seconds", G, "Time of the last run.", ("job",))
JOB_RUN = Metric(
    "dalgu_job_last_run_timestamp_seconds",
    G,
    "When the last run began, on the city's clock; over restarts.",
    ("job",),
)

CPU = Metric("process_cpu_seconds_total", C, "CPU time of user and system.")
MEMORY = Metric("process_resident_memory_bytes", G, "Memory in use.")
PEAK = Metric("dalgu_process_resident_memory_peak_bytes", G, "Most memory that was in use.")
FDS = Metric("process_open_fds", G, "Open file descriptors.")
MAX_FDS = Metric("process_max_fds", G, "Most file descriptors that may be open.")
STARTED = Metric("process_start_time_seconds", G, "When the process began, Unix time.")

METRICS: tuple[Metric, ...] = tuple(one for one in globals().values() if isinstance(one, Metric))


def exposition(samples: Iterable[Sample]) -> str:
    """Return samples as text, those of one metric together.

    >>> print(exposition([SOURCES(2)]), end="")
    # HELP dalgu_registrations Registrations of context sources.
    # TYPE dalgu_registrations gauge
    dalgu_registrations 2
    """
    found: dict[Metric, list[Sample]] = {}
    for sample in samples:
        found.setdefault(sample.metric, []).append(sample)
    lines = (line for metric, several in found.items() for line in _lines(metric, several))
    return "\n".join(lines) + "\n"


def _lines(metric: Metric, samples: list[Sample]) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help)}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for sample in samples:
        labels = dict(zip(metric.labels, sample.labels, strict=True))
        if isinstance(sample.value, Histogram):
            yield from _buckets(metric.name, labels, sample.value)
        else:
            yield f"{metric.name}{_braced(labels)} {_number(sample.value)}"


def _buckets(name: str, labels: Mapping[str, str], held: Histogram) -> Iterator[str]:
    count = 0
    for bound, count in held.up_to():
        limit = "+Inf" if bound == float("inf") else f"{bound:g}"
        yield f"{name}_bucket{_braced({**labels, 'le': limit})} {count}"
    yield f"{name}_sum{_braced(labels)} {_number(held.total)}"
    yield f"{name}_count{_braced(labels)} {count}"


def _braced(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    told = ",".join(f'{name}="{_escaped(value, quoted=True)}"' for name, value in labels.items())
    return f"{{{told}}}"


def _escaped(text: str, *, quoted: bool = False) -> str:
    told = text.replace("\\", r"\\").replace("\n", r"\n")
    return told.replace('"', r"\"") if quoted else told


def _number(value: float) -> str:
    return repr(value)
