"""Start, memory and size: what a city pays before the first page.

    python benchmarks/start/run.py [--runs 5]

Prints medians: CPU of `dalgu --help`; wall time from the command to the first answered page, cold
(a new data folder) and warm (the second start on it); resident memory then; size installed.
"""

import argparse
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from pathlib import Path

DALGU = str(Path(sys.executable).parent / "dalgu")


def help_cpu_ms() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([DALGU, "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(data: str, *options: str) -> tuple[float, float]:
    """Return seconds to the first page and resident MB one second later."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [DALGU, "up", "--data", data, "--port", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/", timeout=5) as page:
                    page.read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("dalgu up ended before its first page") from None
                time.sleep(0.01)
        took_s = time.perf_counter() - began
        time.sleep(1)
        status = Path(f"/proc/{process.pid}/status").read_text()
        rss_kb = int(status.split("VmRSS:")[1].split()[0])
    finally:
        process.terminate()
        process.wait(30)
    return took_s, rss_kb / 1024


def installed_mb() -> float:
    site = Path(sysconfig.get_paths()["purelib"])
    return sum(f.stat().st_size for f in site.rglob("*") if f.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "")
    help_ms = statistics.median(help_cpu_ms() for _ in range(runs))
    print(f"dalgu --help            {help_ms:7.0f} ms CPU   (aim 150)")
    for label, options in (("simulated city", ()), ("no simulation", ("--no-simulation",))):
        cold, warm, rss = [], [], []
        for _ in range(runs):
            data = tempfile.mkdtemp()
            cold.append(start(data, *options)[0])
            took_s, mb = start(data, *options)
            warm.append(took_s)
            rss.append(mb)
            shutil.rmtree(data)
        print(f"first page, cold, {label:15} {statistics.median(cold):6.2f} s        (aim 1.5)")
        print(f"first page, warm, {label:15} {statistics.median(warm):6.2f} s        (aim 1.5)")
        print(f"resident memory,  {label:15} {statistics.median(rss):6.0f} MB")
    print(f"installed packages      {installed_mb():7.0f} MB")


if __name__ == "__main__":
    main()
