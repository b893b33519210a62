"""Plays the suite against a server and puts its results into a table."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dalgu.app.conformance.open311 import discovery, extensions, filing, requests, services
from dalgu.app.conformance.open311.judging import Check, Level, Outcome, Result, Skip
from dalgu.app.conformance.open311.server import Asked, Server, client

if TYPE_CHECKING:
    import httpx2

# What is filed comes before what is listed: a new server then has something to list.
CHECKS: tuple[Check, ...] = (
    *discovery.CHECKS,
    *services.CHECKS,
    *filing.CHECKS,
    *requests.CHECKS,
    *extensions.CHECKS,
)
SIGNS = {Outcome.PASSED: "ok", Outcome.FAILED: "FAILED", Outcome.SKIPPED: "–"}


@dataclass(frozen=True, slots=True)
class Played:
    """All results of one run."""

    url: str
    results: tuple[Result, ...]

    def count(self, outcome: Outcome, *levels: Level) -> int:
        """Return how many checks of some levels came out so."""
        return sum(
            one.outcome is outcome and one.check.level in (levels or tuple(Level))
            for one in self.results
        )

    @property
    def is_conformant(self) -> bool:
        """Whether nothing that the specification asks for failed."""
        return self.count(Outcome.FAILED, Level.MUST) == 0

    def text(self) -> str:
        """Return the table and its sums."""
        lines = [f"{self.url}", ""]
        for one in self.results:
            told = f"  {one.detail}" if one.detail else ""
            level = "" if one.check.level is Level.MUST else f" ({one.check.level})"
            lines.append(
                f"{SIGNS[one.outcome]:7}{one.check.section:37}{one.check.text}{level}{told}"
            )
        return "\n".join([*lines, "", *self._sums()])

    def markdown(self) -> str:
        """Return the table for a file."""
        rows = [
            f"| {one.check.id} | {one.check.section} | {one.check.text} | {one.check.level} "
            f"| {one.outcome} | {one.detail.replace('|', '/')} |"
            for one in self.results
        ]
        head = "| check | section | what | level | outcome | why |\n|---|---|---|---|---|---|"
        return "\n".join(
            [f"# Open311 GeoReport v2: {self.url}", "", *self._sums(), "", head, *rows]
        )

    def _sums(self) -> list[str]:
        counted = Counter((one.check.level, one.outcome) for one in self.results)
        return [
            f"{level}: {counted[level, Outcome.PASSED]} of "
            f"{counted[level, Outcome.PASSED] + counted[level, Outcome.FAILED]} passed"
            f", {counted[level, Outcome.SKIPPED]} not tried"
            for level in Level
        ]


def play(
    asked: Asked,
    *,
    transport: "httpx2.Client | None" = None,
    shown: Callable[[Result], None] | None = None,
) -> Played:
    """Ask a server everything and return what came of it.

    Parameters
    ----------
    asked
        The server, and what may be tried on it: without `may_file` nothing is filed.
    transport
        What sends; a client over the network where none is given.
    shown
        Is told each result as it comes.
    """
    results: list[Result] = []
    with transport or client() as open_client:
        server = Server(asked, open_client)
        for check in CHECKS:
            results.append(_judged(check, server))
            if shown is not None:
                shown(results[-1])
    return Played(asked.url, tuple(results))


def _judged(check: Check, server: Server) -> Result:
    import httpx2

    if check.files and not server.asked.may_file:
        return Result(check, Outcome.SKIPPED, "it would file a request: allow it by --file")
    try:
        verdict = check.judge(server)
    except httpx2.HTTPError as failed:
        return Result(check, Outcome.FAILED, f"{type(failed).__name__}: {failed}")
    except (AttributeError, LookupError, TypeError, ValueError) as unread:
        # An answer of another shape than anybody foresaw: the other checks go on.
        return Result(check, Outcome.FAILED, f"the answer cannot be read: {unread}")
    if isinstance(verdict, Skip):
        return Result(check, Outcome.SKIPPED, verdict.reason)
    if verdict is not None:
        return Result(check, Outcome.FAILED, verdict)
    return Result(check, Outcome.PASSED)
