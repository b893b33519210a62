"""What came of a run: scores by folder from robot's own record, and the table of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

_TOP = "NGSI-LD"  # the folder of all cases, in TP as in IOP_TP


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
        at = parts.index(_TOP) + 1 if _TOP in parts else len(parts)
        below = parts[at:-1] if source.suffix == ".robot" else path
        for test in suite.findall("test"):
            yield tuple(below), test
        yield from _tests(suite, tuple(below))


def table(scores: Scores) -> str:
    """Return the scores as a Markdown table.

    >>> print(table({"Provision": Score(2, ["001_01 Create"])}))
    | folder | passed | total |
    |---|---:|---:|
    | Provision | 2 | 3 |
    | **all** | **2** | **3** |
    """
    lines = ["| folder | passed | total |", "|---|---:|---:|"]
    lines += [f"| {name} | {one.passed} | {one.total} |" for name, one in sorted(scores.items())]
    passed = sum(one.passed for one in scores.values())
    total = sum(one.total for one in scores.values())
    return "\n".join([*lines, f"| **all** | **{passed}** | **{total}** |"])
