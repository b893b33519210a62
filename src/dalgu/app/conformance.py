"""The ETSI conformance suite, run against a hub of ours: `dalgu conformance run --suite PATH`.

The suite is somebody else's (see `docs/conformance.md` for where it lives): it is run where it
lies, from its own folder, and nothing of it is copied.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import msgspec

from dalgu.hub.model import JSON
from dalgu.kernel.errors import InvalidInput, PartNotInstalled

TESTS = Path("TP/NGSI-LD")
CONTEXTS = Path("resources/jsonld-contexts")
USUAL_PORT = 9090  # some cases name it literally
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"
PARTS = (
    "robotframework==7.4.1 robotframework-requests==0.9.7 robotframework-jsonlibrary==0.5 "
    "deepdiff==8.6.1 prettydiff==0.1.0 paho-mqtt==1.6.1 robotframework-mqttlibrary==0.7.1.post3"
)
MQTT_TAG = "sub-mqtt-notification"

# Where cases expect the suite's own two contexts, and contexts of others that it names.
_BASES = (
    "https://forge.etsi.org/rep/cim/ngsi-ld-test-suite/-/raw/develop/resources/jsonld-contexts/",
    "https://raw.githubusercontent.com/marek-mraz/ngsi-ld-test-suite/main/resources/"
    "jsonld-contexts/",
)
_OTHERS = (
    "https://easy-global-market.github.io/ngsild-api-data-models/ngsildTestSuite/"
    "ngsildTestSuiteV1.8-compound.jsonld",
    "http://smartdatamodels.org/context.jsonld",
    "https://fiware.github.io/data-models/context.jsonld",
    "https://fiware.github.io/NGSI-LD_TestSuite/ldContext/testContext.jsonld",
)


class SuiteInvalid(InvalidInput):
    """A folder holds no conformance suite, or not the part that is asked for."""

    slug = "suite-invalid"
    title = "The conformance suite is not there"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' is no part of the ETSI suite; docs/conformance.md says how to "
            "get it.",
            folder=str(folder),
        )


@dataclass(slots=True)
class Score:
    """What came of the cases of one folder."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many cases were run."""
        return self.passed + len(self.failed)


Scores = dict[str, Score]


def run(
    suite: Path, folders: list[str], *, report: Path, mqtt: bool = False, robot: Path | None = None
) -> Scores:
    """Run the suite, or some of its folders, against an open hub of its own; write the table.

    Raises
    ------
    SuiteInvalid
        When the folder holds no suite.
    PartNotInstalled
        When robot, or with `mqtt` the broker mosquitto, is not found.
    """
    suite = suite.resolve()
    chosen = [str(TESTS / name) for name in folders] or [str(TESTS)]
    for name in (str(CONTEXTS), *chosen):
        if not (suite / name).exists():
            raise SuiteInvalid(suite / name)
    command = _robot(robot)
    with ExitStack() as stack:
        if mqtt:
            mqtt_port = stack.enter_context(_mosquitto())
        outputs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        variables = _variables(mqtt_port if mqtt else None)
        said = stack.enter_context(report.with_suffix(".log").open("wb"))
        whole = [*command, *variables, "--outputdir", str(outputs)]
        asyncio.run(_played(suite, whole, chosen, said))
        scores = read_scores(outputs / "output.xml")
    report.write_text(table(scores), encoding="utf-8")
    return scores


def bundle(suite: Path) -> dict[str, JSON]:
    """Return the contexts that the cases name: URL -> document."""
    compound, plain = "ngsi-ld-test-suite-compound.jsonld", "ngsi-ld-test-suite.jsonld"
    held = {
        name: msgspec.json.decode((suite / CONTEXTS / name).read_bytes())
        for name in (compound, plain)
    }
    known = {base + name: document for base in _BASES for name, document in held.items()}
    return known | dict.fromkeys(_OTHERS, held[plain])


def read_scores(output: Path) -> Scores:
    """Return the scores by folder from robot's own record of a run."""
    scores: Scores = {}
    for path, test in _tests(ElementTree.parse(output).getroot(), ()):  # noqa: S314  # our own run wrote it
        status = test.find("status")
        outcome = "" if status is None else status.get("status", "")
        if outcome == "SKIP":
            continue
        score = scores.setdefault("/".join(path), Score())
        if outcome == "PASS":
            score.passed += 1
        else:
            score.failed.append(test.get("name", ""))
    return scores


def _tests(
    element: ElementTree.Element, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], ElementTree.Element]]:
    """Yield every case with the folders it lies in, below the folder of all cases."""
    for suite in element.findall("suite"):
        source = Path(suite.get("source") or "")
        parts = source.parts
        at = parts.index(TESTS.name) + 1 if TESTS.name in parts else len(parts)
        below = parts[at:-1] if source.suffix == ".robot" else path
        for test in suite.findall("test"):
            yield tuple(below), test
        yield from _tests(suite, tuple(below))


def table(scores: Scores) -> str:
    """Return the scores as a Markdown table, with the failed cases by name below.

    >>> print(table({"Provision": Score(2, ["001_01 Create"])}))
    | folder | passed | total |
    |---|---:|---:|
    | Provision | 2 | 3 |
    | **all** | **2** | **3** |
    <BLANKLINE>
    Failed:
    <BLANKLINE>
    - Provision: 001_01 Create
    <BLANKLINE>
    """
    lines = ["| folder | passed | total |", "|---|---:|---:|"]
    lines += [f"| {name} | {one.passed} | {one.total} |" for name, one in sorted(scores.items())]
    passed = sum(one.passed for one in scores.values())
    total = sum(one.total for one in scores.values())
    lines.append(f"| **all** | **{passed}** | **{total}** |")
    failed = [f"- {name}: {case}" for name, one in sorted(scores.items()) for case in one.failed]
    return "\n".join([*lines, *(["", "Failed:", "", *failed] if failed else []), ""])


def _robot(given: Path | None) -> list[str]:
    """Return the command of robot: the one given, or of this environment, or on the path."""
    if given is not None and given.exists():
        return [str(given)]
    beside = Path(sys.executable).with_name("robot")
    found = str(beside) if beside.exists() else shutil.which("robot")
    if found is None:
        raise PartNotInstalled(f"The conformance suite needs robot: pip install {PARTS}")
    return [found]


def _free_port(wanted: int = 0) -> int:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return _free_port()
        return int(probe.getsockname()[1])


def _variables(mqtt_port: int | None) -> list[str]:
    """Return the options of robot that make the suite's own servers local."""
    values = {"core_context": CORE}
    for server in ("notification_server", "context_source", "context_server"):
        values |= {f"{server}_host": "127.0.0.1", f"{server}_port": str(_free_port())}
    options = ["--loglevel", "WARN", "--console", "dotted"]
    if mqtt_port is None:
        options += ["--exclude", MQTT_TAG]
    else:
        values |= {"mqtt_broker_host": "127.0.0.1", "mqtt_broker_non_default_port": str(mqtt_port)}
    return [*options, *(part for item in values.items() for part in ("--variable", ":".join(item)))]


@contextmanager
def _mosquitto() -> Iterator[int]:
    """Run a broker on 1883, where the cases look for it, and on another port; yield that.

    The suite's own keywords start one in a container; where that fails they only say so.
    """
    path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        raise PartNotInstalled("The MQTT cases need a broker: apt-get install mosquitto.")
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "mosquitto.conf")
        settings.write_text(
            f"allow_anonymous true\nlistener 1883 127.0.0.1\nlistener {port} 127.0.0.1\n"
        )
        broker = subprocess.Popen([path, "-c", str(settings)], stderr=subprocess.DEVNULL)  # noqa: S603  # found above
        try:
            _await_broker(broker, port)
            yield port
        finally:
            broker.terminate()
            broker.wait()


def _await_broker(broker: subprocess.Popen[bytes], port: int) -> None:
    while broker.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PartNotInstalled("The MQTT cases need port 1883; another program holds it.")


async def _played(suite: Path, command: list[str], chosen: list[str], said: IO[bytes]) -> None:
    """Run robot from the suite's folder while a hub of ours serves; it says much."""
    async with _serving(suite) as port:
        here = f"http://127.0.0.1:{port}/ngsi-ld/v1"
        urls = ["--variable", f"url:{here}", "--variable", f"temporal_api_url:{here}"]
        imports = {"PYTHONPATH": os.pathsep.join(("libraries", "resources"))}
        playing = await asyncio.create_subprocess_exec(
            *command, *urls, *chosen, cwd=suite, env=os.environ | imports, stdout=said, stderr=said
        )
        await playing.wait()


@asynccontextmanager
async def _serving(suite: Path) -> AsyncIterator[int]:
    """Serve an open hub on an empty store, with the suite's contexts; yield its port."""
    import uvicorn

    from dalgu.app.open_hub import open_hub

    port = _free_port(USUAL_PORT)
    with tempfile.TemporaryDirectory() as folder:
        async with open_hub(Path(folder), bundle(suite)) as hub:
            # Some cases look for 'Location' with its capital, though header names have no case
            # (RFC 9110, 5.1); h11 sends names as they are written.
            config = uvicorn.Config(hub, port=port, log_level="warning", lifespan="off", http="h11")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve())
            try:
                yield port
            finally:
                server.should_exit = True
                await serving
