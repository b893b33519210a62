"""A hydraulic model around the EPANET engine: a file in, heads and flows of given demands out.

The engine (OWA-EPANET 2.3, Rossman et al., EPANET 2.2 User Manual) reads and solves; each step
is solved as a steady state of its own: tanks stand at a given level, pumps are shut and their
measured flow is a demand, so that what was measured is never simulated.
"""

import ctypes
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.leakage.network import Floats, Link, LinkKind, Network, Node, NodeKind

MAX_INP_BYTES = 50_000_000  # a city of a million pipes; more is no network
ACCURACY = 1e-3  # of the sum of all flows; the engine's own is 10 times coarser
MOST_ERROR = 0.05  # of flows, in a state that is still believed
DRY_HEAD_M = -10_000.0  # what the engine gives a demand that no pipe joins to a source
RIM_M = 0.001  # the engine shuts the pipes of a full or empty tank


class NetworkFileInvalid(InvalidInput):
    """The engine cannot read the network file."""

    slug = "network-file-invalid"
    title = "The network file is invalid"

    def __init__(self, reason: str, line: int | None = None) -> None:
        where = "" if line is None else f" at line {line}"
        super().__init__(
            f"The network file is refused{where}: {reason}. Mend it in EPANET and load it again.",
            reason=reason,
            line=line,
        )


class HydraulicsUnsolved(InvalidInput):
    """The engine finds no balance of heads and flows for the demands."""

    slug = "hydraulics-unsolved"
    title = "The hydraulic model has no solution"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The hydraulic model has no solution: {reason}. "
            "Check that each demand is joined to a reservoir or tank.",
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class State:
    """One steady state: `head_m` shape (nodes,), `flow_m3h` shape (links,), from start to end."""

    head_m: Floats
    flow_m3h: Floats


class Model:
    """An open network; made by `open_model`, which closes it."""

    def __init__(self, toolkit: Any, project: Any) -> None:
        self._toolkit, self._project = toolkit, project
        self._heads = _Buffer(toolkit, toolkit.getcount(project, toolkit.NODECOUNT))
        self._flows = _Buffer(toolkit, toolkit.getcount(project, toolkit.LINKCOUNT))
        self._patterns = _demand_patterns(toolkit, project, len(self._heads.array))
        self.network = _network(toolkit, project)
        self._make_steady()
        self._junctions = [
            i for i, n in enumerate(self.network.nodes) if n.kind is NodeKind.JUNCTION
        ]
        self.tanks = [i for i, n in enumerate(self.network.nodes) if n.kind is NodeKind.TANK]
        self._levels_m = [self._level_range(node) for node in self.tanks]
        toolkit.openH(project)

    def nominal_demand_m3h(self, at_s: Sequence[float]) -> Floats:
        """Return shape (instants, nodes): the file's demands, seconds after its midnight."""
        demand = np.zeros((len(at_s), len(self.network.nodes)))
        step_s, base, multipliers = self._patterns
        position = np.asarray(at_s, dtype=np.float64) // step_s
        for pattern, nodes_m3h in base.items():
            factor = multipliers[pattern]
            demand += factor[position.astype(np.int64) % len(factor)][:, None] * nodes_m3h[None, :]
        return demand

    def solve(self, demand_m3h: Floats, level_m: Sequence[float] = ()) -> State:
        """Return the steady state of demands, shape (nodes,), with the tanks at given levels.

        Raises
        ------
        HydraulicsUnsolved
            When heads and flows do not balance.

        """
        toolkit, project = self._toolkit, self._project
        values = demand_m3h.tolist()
        for node in self._junctions:
            toolkit.setbasedemand(project, node + 1, 1, values[node])
        for node, level, (lowest, highest) in zip(
            self.tanks, level_m, self._levels_m, strict=bool(len(level_m))
        ):
            level = min(max(level, lowest), highest)  # a gauge may read past the drawn rim
            toolkit.setnodevalue(project, node + 1, toolkit.TANKLEVEL, level)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the engine warns of low pressure without a word
            try:
                toolkit.initH(project, toolkit.NOSAVE)
                toolkit.runH(project)
            except Exception as error:
                raise HydraulicsUnsolved(_sentence(str(error))) from None
        self._check_balance()
        toolkit.getnodevalues(project, toolkit.HEAD, self._heads.pointer)
        toolkit.getlinkvalues(project, toolkit.FLOW, self._flows.pointer)
        if self._heads.array.min(initial=0.0) < DRY_HEAD_M:
            raise HydraulicsUnsolved("a demand has no way to any source")
        return State(self._heads.array.copy(), self._flows.array.copy())

    def initial_levels_m(self) -> Floats:
        """Return the levels of the tanks as the file has them, shape (tanks,)."""
        toolkit, project = self._toolkit, self._project
        return np.array(
            [toolkit.getnodevalue(project, tank + 1, toolkit.TANKLEVEL) for tank in self.tanks]
        )

    def set_roughness(self, roughness: Floats) -> None:
        """Give the pipes other Hazen-Williams (or file's) roughness, shape (links,)."""
        for link in self.network.pipes:
            self.set_one_roughness(link, float(roughness[link]))

    def set_one_roughness(self, link: int, value: float) -> None:
        """Give one pipe another roughness."""
        self._toolkit.setlinkvalue(self._project, link + 1, self._toolkit.ROUGHNESS, value)

    def set_accuracy(self, share: float) -> None:
        """Solve until flows change by no more than a share of their sum."""
        self._toolkit.setoption(self._project, self._toolkit.ACCURACY, share)

    def set_open(self, link: int, *, is_open: bool) -> None:
        """Open or shut a link for the states that follow."""
        toolkit = self._toolkit
        toolkit.setlinkvalue(self._project, link + 1, toolkit.INITSTATUS, float(is_open))

    def _check_balance(self) -> None:
        toolkit, project = self._toolkit, self._project
        error = toolkit.getstatistic(project, toolkit.RELATIVEERROR)
        if error > MOST_ERROR:
            raise HydraulicsUnsolved(f"flows still change by {error:.3f} of their sum")

    def _level_range(self, tank: int) -> tuple[float, float]:
        """Return the lowest and highest level of a tank that is neither empty nor full, m."""
        toolkit, project = self._toolkit, self._project
        lowest = toolkit.getnodevalue(project, tank + 1, toolkit.MINLEVEL)
        highest = toolkit.getnodevalue(project, tank + 1, toolkit.MAXLEVEL)
        return lowest + RIM_M, highest - RIM_M

    def _make_steady(self) -> None:
        toolkit, project = self._toolkit, self._project
        for control in range(toolkit.getcount(project, toolkit.CONTROLCOUNT), 0, -1):
            toolkit.deletecontrol(project, control)
        for rule in range(toolkit.getcount(project, toolkit.RULECOUNT), 0, -1):
            toolkit.deleterule(project, rule)
        toolkit.settimeparam(project, toolkit.DURATION, 0)
        toolkit.setoption(project, toolkit.DEMANDMULT, 1.0)
        self.set_accuracy(ACCURACY)
        for index, node in enumerate(self.network.nodes, start=1):
            if node.kind is not NodeKind.JUNCTION:
                continue
            for demand in range(toolkit.getnumdemands(project, index), 1, -1):
                toolkit.deletedemand(project, index, demand)
            toolkit.setdemandpattern(project, index, 1, 0)
        for index, link in enumerate(self.network.links, start=1):
            if link.kind is LinkKind.PUMP:
                toolkit.setlinkvalue(project, index, toolkit.INITSTATUS, 0.0)


@contextmanager
def open_model(inp: bytes) -> Iterator[Model]:
    """Open a network file in the engine, in metres and m³/h whatever its own units.

    Raises
    ------
    NetworkFileInvalid
        When the engine cannot read it; names the reason and, where it is one, the line.

    """
    from epanet import toolkit

    if len(inp) > MAX_INP_BYTES:
        raise NetworkFileInvalid(f"it has {len(inp)} bytes and {MAX_INP_BYTES} are the limit")
    with tempfile.TemporaryDirectory(prefix="dalgu-epanet-") as folder:
        path = Path(folder) / "network.inp"
        path.write_bytes(inp)
        project = toolkit.createproject()
        try:
            yield _opened(toolkit, project, path, inp)
        finally:
            toolkit.deleteproject(project)  # closes too; a second close frees twice


def read_network(inp: bytes) -> Network:
    """Return the network of a file; raise `NetworkFileInvalid`."""
    with open_model(inp) as model:
        return model.network


def _opened(toolkit: Any, project: Any, path: Path, inp: bytes) -> Model:
    report = path.with_suffix(".rpt")
    try:
        toolkit.open(project, str(path), str(report), "")
        toolkit.setflowunits(project, toolkit.CMH)
        return Model(toolkit, project)
    except Exception as error:
        with suppress(Exception):
            toolkit.close(project)  # writes the report out
        said = report.read_text("utf-8", "replace") if report.exists() else ""
        raise _refusal(said, inp, str(error)) from None


def _refusal(report: str, inp: bytes, error: str) -> NetworkFileInvalid:
    """Return the first fault that the engine's report tells, with the line it quotes."""
    faults = re.findall(r"(?m)^\s*Error (\d+): (.+?):?\s*$(?:\n[ \t]*(\S.*))?", report)
    told = [fault for fault in faults if fault[0] != "200"]
    if not told:
        return NetworkFileInvalid(_sentence(error))
    _, reason, quoted = told[0]
    lines = [" ".join(line.split()) for line in inp.decode("utf-8", "replace").splitlines()]
    wanted = " ".join(quoted.split())
    at = next((n for n, line in enumerate(lines, 1) if wanted and line.startswith(wanted)), None)
    return NetworkFileInvalid(reason.rstrip(" :."), at)


def _sentence(error: str) -> str:
    return re.sub(r"^Error \d+: ", "", error).strip(" .")


class _Buffer:
    """Memory that the engine fills and numpy reads."""

    def __init__(self, toolkit: Any, size: int) -> None:
        self._owner = toolkit.doubleArray(max(size, 1))
        self.pointer = self._owner.cast()
        memory = (ctypes.c_double * size).from_address(int(self._owner.this))
        self.array: Floats = np.ctypeslib.as_array(memory)


def _network(toolkit: Any, project: Any) -> Network:
    nodes = range(1, toolkit.getcount(project, toolkit.NODECOUNT) + 1)
    links = range(1, toolkit.getcount(project, toolkit.LINKCOUNT) + 1)
    return Network(
        tuple(_node(toolkit, project, index) for index in nodes),
        tuple(_link(toolkit, project, index) for index in links),
    )


def _node(toolkit: Any, project: Any, index: int) -> Node:
    kinds = {
        toolkit.JUNCTION: NodeKind.JUNCTION,
        toolkit.RESERVOIR: NodeKind.RESERVOIR,
        toolkit.TANK: NodeKind.TANK,
    }
    kind = kinds[toolkit.getnodetype(project, index)]
    try:
        x, y = toolkit.getcoord(project, index)
    except Exception:
        x, y = 0.0, 0.0
    demand = 0.0
    if kind is NodeKind.JUNCTION:
        count = toolkit.getnumdemands(project, index)
        demand = sum(toolkit.getbasedemand(project, index, d) for d in range(1, count + 1))
    return Node(
        toolkit.getnodeid(project, index),
        kind,
        x,
        y,
        toolkit.getnodevalue(project, index, toolkit.ELEVATION),
        demand,
    )


def _link(toolkit: Any, project: Any, index: int) -> Link:
    kind = toolkit.getlinktype(project, index)
    start, end = toolkit.getlinknodes(project, index)
    is_pipe, is_pump = kind in (toolkit.CVPIPE, toolkit.PIPE), kind == toolkit.PUMP
    is_measured = LinkKind.PIPE if is_pipe else LinkKind.PUMP if is_pump else LinkKind.VALVE
    bends = range(1, toolkit.getvertexcount(project, index) + 1)
    return Link(
        id=toolkit.getlinkid(project, index),
        kind=is_measured,
        start=start - 1,
        end=end - 1,
        length_m=toolkit.getlinkvalue(project, index, toolkit.LENGTH) if is_pipe else 0.0,
        diameter_mm=0.0 if is_pump else toolkit.getlinkvalue(project, index, toolkit.DIAMETER),
        roughness=toolkit.getlinkvalue(project, index, toolkit.ROUGHNESS) if is_pipe else 0.0,
        is_open=bool(toolkit.getlinkvalue(project, index, toolkit.INITSTATUS)),
        way=tuple(tuple(toolkit.getvertex(project, index, bend)) for bend in bends),
    )


Patterns = tuple[float, dict[int, Floats], dict[int, Floats]]


def _demand_patterns(toolkit: Any, project: Any, nodes: int) -> Patterns:
    """Return the pattern step, base demands by pattern and node, and the multipliers."""
    multiplier = toolkit.getoption(project, toolkit.DEMANDMULT)
    base: dict[int, Floats] = {}
    for index in range(1, nodes + 1):
        if toolkit.getnodetype(project, index) != toolkit.JUNCTION:
            continue
        for demand in range(1, toolkit.getnumdemands(project, index) + 1):
            pattern = toolkit.getdemandpattern(project, index, demand)
            of_pattern = base.setdefault(pattern, np.zeros(nodes))
            of_pattern[index - 1] += multiplier * toolkit.getbasedemand(project, index, demand)
    multipliers = {
        pattern: np.array(
            [
                toolkit.getpatternvalue(project, pattern, period)
                for period in range(1, toolkit.getpatternlen(project, pattern) + 1)
            ]
            if pattern
            else [1.0]
        )
        for pattern in base
    }
    return float(toolkit.gettimeparam(project, toolkit.PATTERNSTEP)), base, multipliers
