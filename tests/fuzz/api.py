"""Schemathesis against a whole city: `python -m tests.fuzz.api --examples 100`.

It starts `dalgu up` on an empty folder, reads the document at `/openapi.json` and asks every
operation in the name of an administrator, by requests the document allows and by others. A fault
is a status of the server that the standard does not ask for, an answer that is not as described,
or none in time. It ends with 1 when there is one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

DALGU = (sys.executable, "-c", "from dalgu.cli import main; main()")
START_S = 60
ANSWER_S = 10
SLOW = ("/live", "/hub/v1/events")  # a stream that never ends; answers when something happens
MEANT = {501: "NoMultiTenantSupport", 504: "LdContextNotAvailable"}  # CIM 009 5.5.2, 6.3.2
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@dataclass
class Found:
    """How many requests were sent, how they were answered, and what was wrong."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    def fault(self, operation: str, kind: str, detail: str) -> None:
        """Keep the first fault of a kind of an operation."""
        self.faults.setdefault((operation, kind), detail[:400])


@contextmanager
def a_city(port: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Start a city of its own; give its address and an administrator's header."""
    with tempfile.TemporaryDirectory() as folder:
        data = ("--data", f"{folder}/city")
        asked = ("tokens", "create", "fuzz", "--role", "administrator", "--days", "1")
        made = subprocess.run([*DALGU, *asked, *data], capture_output=True, text=True, check=True)
        up = ("up", "--no-simulation", "--history-days", "0", "--port", str(port))
        with open(f"{folder}/log", "wb") as log:  # noqa: PTH123
            server = subprocess.Popen([*DALGU, *up, *data], stdout=log, stderr=log)
            try:
                address = f"http://127.0.0.1:{port}"
                _wait(address)
                yield address, {"authorization": f"Bearer {made.stdout.strip()}"}
            finally:
                server.terminate()
                server.wait(30)


def _wait(address: str) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            if httpx2.get(f"{address}/ready", timeout=1).status_code == 200:
                return
        except httpx2.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def fuzz(address: str, headers: dict[str, str], examples: int, part: str = "") -> Found:
    """Ask every operation whose path has `part` in it."""
    found = Found()
    document = schemathesis.openapi.from_url(f"{address}/openapi.json")
    for offered in document.get_all_operations():
        operation = offered.ok()
        if part not in operation.path or operation.path.startswith(SLOW):
            continue
        for mode in MODES:
            _ask(found, operation, mode, address, headers, examples)
        print(
            f"{found.requests:7} requests  {len(found.faults):3} faults  {operation.label}",
            flush=True,
        )
    return found


def _ask(found, operation, mode, address, headers, examples) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def campaign(case) -> None:
        found.requests += 1
        label = operation.label
        try:
            answer = case.call(base_url=address, headers=headers, timeout=ANSWER_S)
        except OSError as failed:
            found.fault(label, type(failed).__name__, f"{case.as_curl_command()}: {failed}")
            return
        found.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and MEANT.get(answer.status_code, "\0") not in answer.text:
            said = f"{case.as_curl_command()}: {answer.text}"
            found.fault(label, f"status {answer.status_code}", said)
        try:
            operation.validate_response(answer)
        except Exception as failed:  # a group of failures, each with its own class
            parts = getattr(failed, "exceptions", [failed])
            found.fault(label, type(parts[0]).__name__, f"{case.as_curl_command()}: {parts[0]}")

    try:
        campaign()
    except Exception as unable:  # no request of this mode can be made up
        if "Unsatisfiable" not in type(unable).__name__:
            found.fault(operation.label, type(unable).__name__, str(unable))


def main() -> int:
    """Fuzz as the command line says; return 1 when there is a fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=100, help="for each operation, twice")
    options.add_argument("--part", default="", help="only paths with this in them")
    options.add_argument("--port", type=int, default=9671)
    asked = options.parse_args()
    warnings.simplefilter("ignore")
    with a_city(asked.port) as (address, headers):
        found = fuzz(address, headers, asked.examples, asked.part)
    print(f"{found.requests} requests; {dict(sorted(found.statuses.items()))}")
    for (operation, kind), detail in sorted(found.faults.items()):
        print(f"{operation}  {kind}\n    {detail}")
    print(f"{len(found.faults)} faults")
    return min(len(found.faults), 1)


if __name__ == "__main__":
    os.nice(10)
    raise SystemExit(main())
