"""Plays the cases of the suite with robot against hubs of ours, and judges what came of them."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dalgu.app.conformance.documented import documented
from dalgu.app.conformance.progress import Progress
from dalgu.app.conformance.scores import Scores, read_scores, table
from dalgu.app.conformance.servers import BROKERS, free_port, mosquitto, open_hubs
from dalgu.app.conformance.suite import State, Suite
from dalgu.kernel.clock import Clock, SystemClock, iso
from dalgu.kernel.errors import DalguError, PartNotInstalled

CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
PARTS = (
    "robotframework==7.4.1 robotframework-requests==0.9.7 robotframework-jsonlibrary==0.5 "
    "deepdiff==8.6.1 prettydiff==0.1.0 paho-mqtt==1.6.1 robotframework-mqttlibrary==0.7.1.post3"
)
MQTT_TAG = "sub-mqtt-notification"

_Shown = Callable[[Progress], None]


class NothingPlayed(DalguError):
    """Robot ended without a record of a run."""

    slug = "nothing-played"
    title = "No case was played"

    def __init__(self, log: Path) -> None:
        super().__init__(f"Robot ended before it played a case; '{log}' tells why.", log=str(log))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played, and with what."""

    suite: Suite
    parts: tuple[str, ...] = ()  # folders below that of all cases; none: everything
    with_mqtt: bool = False
    robot: Path | None = None  # its command, where it is not in this environment


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: the scores, and the failures sorted by whether they are documented."""

    state: State
    scores: Scores
    known: tuple[str, ...]  # failures that the documented list has
    other: tuple[str, ...]  # failures that it has not: ours, until somebody shows otherwise
    began: str
    took_s: float

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(one.passed for one in self.scores.values())

    @property
    def total(self) -> int:
        """How many cases were played."""
        return sum(one.total for one in self.scores.values())

    def text(self) -> str:
        """Return the table by folder, with the failed cases by name below."""
        parts = [table(self.scores)]
        for title, cases in (
            ("Failed, and not documented", self.other),
            ("Failed as documented", self.known),
        ):
            if cases:
                parts += [f"{title}:", "\n".join(f"- {case}" for case in cases)]
        return "\n\n".join(parts) + "\n"

    def summary(self) -> bytes:
        """Return the result as JSON, for whoever compares runs."""
        folders = {name: [one.passed, one.total] for name, one in sorted(self.scores.items())}
        made = {
            "suite": self.state,
            "began": self.began,
            "took_s": round(self.took_s, 1),
            "passed": self.passed,
            "total": self.total,
            "failed_as_documented": self.known,
            "failed_otherwise": self.other,
            "folders": folders,
        }
        return msgspec.json.format(msgspec.json.encode(made)) + b"\n"


def judged(state: State, scores: Scores, *, began: str, took_s: float) -> Result:
    """Sort the failures of a run by whether they are documented for this state of the suite."""
    known = documented(state)
    failed = [case for name in sorted(scores) for case in scores[name].failed]
    return Result(
        state,
        scores,
        tuple(case for case in failed if case in known),
        tuple(case for case in failed if case not in known),
        began,
        took_s,
    )


def run(
    plan: Plan, *, report: Path, shown: _Shown | None = None, clock: Clock | None = None
) -> Result:
    """Play what is planned against open hubs; write table, summary and log.

    Raises
    ------
    SuiteInvalid
        When the suite has no such part.
    PartNotInstalled
        When robot, or the broker mosquitto where it is needed, is not found.
    NothingPlayed
        When robot leaves no record.
    """
    clock = clock or SystemClock()
    began = clock.now()
    log = report.with_suffix(".log")
    with tempfile.TemporaryDirectory() as outputs:
        asyncio.run(_play(plan, Path(outputs), log, shown))
        record = Path(outputs, "output.xml")
        if not record.exists():
            raise NothingPlayed(log)
        scores = read_scores(record)
    took_s = (clock.now() - began).total_seconds()
    result = judged(plan.suite.state, scores, began=iso(began), took_s=took_s)
    report.write_text(result.text(), encoding="utf-8")
    report.with_suffix(".json").write_bytes(result.summary())
    return result


async def _play(plan: Plan, outputs: Path, log: Path, shown: _Shown | None) -> None:
    """Run robot from the suite's folder while hubs of ours serve; it says much."""
    suite, command = plan.suite, [*_robot(plan.robot), "--outputdir", str(outputs)]
    chosen = suite.chosen(plan.parts)
    async with AsyncExitStack() as stack:
        count = BROKERS if suite.is_between_brokers else 1
        variables = _variables(await stack.enter_async_context(open_hubs(count, suite.bundle())))
        if plan.with_mqtt:
            port = stack.enter_context(mosquitto())
            variables |= {"mqtt_broker_host": "127.0.0.1", "mqtt_broker_non_default_port": port}
        said = stack.enter_context(log.open("wb"))
        hearing, telling = os.pipe()
        playing = await asyncio.create_subprocess_exec(
            *command, *_options(plan, variables, telling), *chosen,
            cwd=suite.folder, env=os.environ | _imports(suite),
            stdout=said, stderr=said, pass_fds=(telling,),
        )  # fmt: skip
        os.close(telling)
        await _hear(hearing, shown)
        await playing.wait()


async def _hear(descriptor: int, shown: _Shown | None) -> None:
    """Follow the lines of the listener until robot closes its end."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    pipe = os.fdopen(descriptor, "rb", 0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    progress = Progress()
    async for line in reader:
        progress.hear(line)
        if shown is not None:
            shown(progress)


def _imports(suite: Suite) -> dict[str, str]:
    """Return the variables that give robot the suite's libraries, and none of ours."""
    return {"PYTHONPATH": os.pathsep.join(map(str, suite.imports()))}


def _robot(given: Path | None) -> list[str]:
    """Return the command of robot: the one given, or of this environment, or on the path."""
    if given is not None and given.exists():
        return [str(given.absolute())]
    beside = Path(sys.executable).with_name("robot")
    found = str(beside) if beside.exists() else shutil.which("robot")
    if found is None:
        raise PartNotInstalled(f"The conformance suite needs robot: pip install {PARTS}")
    return [found]


def _options(plan: Plan, variables: dict[str, str | int], telling: int) -> list[str]:
    listener = Path(__file__).with_name("listener.py")
    options = ["--loglevel", "WARN", "--console", "dotted", "--listener", f"{listener}:{telling}"]
    if not plan.with_mqtt:
        options += ["--exclude", MQTT_TAG]
    given = [f"{name}:{value}" for name, value in variables.items()]
    return [*options, *(part for one in given for part in ("--variable", one))]


def _variables(urls: list[str]) -> dict[str, str | int]:
    """Return the variables that name our hubs, and make the suite's own servers local."""
    values: dict[str, str | int] = {
        "core_context": CORE,
        "url": urls[0],
        "temporal_api_url": urls[0],
    }
    values |= {f"b{number}_url": url for number, url in enumerate(urls, 1)}
    for server in ("notification_server", "context_source", "context_server"):
        values |= {f"{server}_host": "127.0.0.1", f"{server}_port": free_port()}
    return values
