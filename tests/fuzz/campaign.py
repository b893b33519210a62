"""Fuzzing guided by coverage: `python -m tests.fuzz.campaign q --seconds 60`, or `all`.

Each target runs in a process of its own under atheris (Google's libFuzzer for Python; Linux and
macOS wheels, so it is not among the `dev` extra: `pip install atheris`). A fault ends the run of
its target; the input is printed and belongs into the target's seeds. With `--plant`, a planted
bug is in the code: the run must find it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

INSTRUMENTED = ("dalgu.hub", "dalgu.devices", "dalgu.certification", "dalgu.governance")
LONGEST_INPUT = 2_048
GRACE_S = 60


def run(name: str, seconds: int, plant: str = "") -> subprocess.CompletedProcess[str]:
    """Fuzz one target in a process of its own; its exit code is 0 when it found nothing."""
    words = [sys.executable, "-m", "tests.fuzz.campaign", name, "--inside", "--plant", plant]
    return subprocess.run(
        [*words, "--seconds", str(seconds)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + GRACE_S,
        check=False,
    )


def inside(name: str, seconds: int, plant: str) -> None:
    """Fuzz in this process; libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from tests.fuzz.targets import TARGETS
    if plant:
        from tests.fuzz.planted import PLANTED

        PLANTED[plant].lay()
    target = TARGETS[name]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    (folder / "corpus").mkdir()
    for at, seed in enumerate(target.seeds):
        (folder / "corpus" / str(at)).write_bytes(seed)
    words = ("".join(f"\\x{byte:02x}" for byte in token) for token in target.tokens)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words))
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_INPUT}",
        f"-dict={folder / 'words'}",
        f"-artifact_prefix={folder}/",
        "-len_control=0",
        "-verbosity=0" if plant else "-print_final_stats=1",
    ]
    atheris.Setup([name, *options, str(folder / "corpus")], target)
    atheris.Fuzz()


def main() -> int:
    """Fuzz as the command line says; return 1 when a target has a fault."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", help="a target's name, or all")
    options.add_argument("--seconds", type=int, default=60, help="for each target")
    options.add_argument("--plant", default="", help="a planted bug that is to be found")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.inside:
        inside(asked.target, asked.seconds, asked.plant)
        return 0
    from tests.fuzz.targets import TARGETS

    faults = 0
    for name in TARGETS if asked.target == "all" else [asked.target]:
        done = run(name, asked.seconds, asked.plant)
        runs = [
            line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed" in line
        ]
        print(f"{name:14} {'fault' if done.returncode else 'nothing'}  {' '.join(runs)} inputs")
        if done.returncode:
            faults += 1
            print(*(line for line in done.stdout.splitlines()[-30:]), sep="\n")
            print(*(line for line in done.stderr.splitlines()[-15:]), sep="\n")
    return min(faults, 1)


if __name__ == "__main__":
    os.nice(10)
    raise SystemExit(main())
