"""Fuzzing guided by the words of a language: `python -m tests.fuzz.words q --examples 3000`."""

import argparse

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.fuzz.watching import Fault, Target

FUZZ = settings(
    deadline=None,
    database=None,
    derandomize=True,  # the same inputs in every run
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Good inputs, words of the language in any order, words and bytes put into good inputs."""
    word = st.one_of(st.sampled_from(target.tokens), st.sampled_from(target.tokens))
    words = st.lists(word | st.binary(max_size=2), max_size=12).map(b"".join)
    repeated = st.tuples(word, st.sampled_from((2, 30, 600))).map(lambda pair: pair[0] * pair[1])
    seed = st.sampled_from(target.seeds)
    spliced = st.tuples(seed, st.integers(0, 300), st.integers(0, 12), words | repeated).map(
        lambda parts: parts[0][: parts[1]] + parts[3] + parts[0][parts[1] + parts[2] :]
    )
    several = st.lists(seed | words, min_size=2, max_size=3).map(b"\n".join)
    return st.one_of(seed, words, spliced, spliced, several, repeated)


def look(target: Target, examples: int) -> Fault | None:
    """Return the first fault that so many inputs show, None when there is none."""

    @settings(FUZZ, max_examples=examples)
    @given(inputs(target))
    def campaign(data: bytes) -> None:
        target(data)

    try:
        campaign()
    except Fault as fault:
        return fault
    return None


def main() -> int:
    """Fuzz one target; return 1 when it has a fault."""
    from tests.fuzz.planted import PLANTED
    from tests.fuzz.targets import TARGETS

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target")
    options.add_argument("--examples", type=int, default=3000)
    options.add_argument("--plant", default="", choices=["", *PLANTED])
    asked = options.parse_args()
    if asked.plant:
        PLANTED[asked.plant].lay()
    fault = look(TARGETS[asked.target], asked.examples)
    print(fault or "nothing")
    return 0 if fault is None else 1


if __name__ == "__main__":
    raise SystemExit(main())
