"""What improvements cost, as the city enters it: the form of the file, and a template of it.

Money is whole won. No cost is ever made up: an indicator that the table leaves out stays as it is.
"""

import tomllib
from collections.abc import Iterator

import msgspec

from dalgu.certification.framework.lines import field_of, line_of, reason_of
from dalgu.certification.framework.loading import line_of_syntax
from dalgu.certification.framework.model import HIGHEST_LEVEL, Framework, Indicator
from dalgu.certification.measurement import Status
from dalgu.certification.planning.errors import CostsInvalid
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.sheet import Line, State
from dalgu.kernel.toml import read_toml


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that could be done: the value or level it leads to, and what it costs in all."""

    to: float
    cost: int


class Improvement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one indicator can be improved: by `steps`, of which at most one is taken, or evenly.

    Evenly: each unit of the value in the better direction (each level of a qualitative indicator)
    costs `cost_per_unit`, up to the value `up_to`; whoever starts pays `fixed_cost` once.
    """

    indicator: str
    steps: list[Step] = []
    cost_per_unit: float | None = None
    up_to: float | None = None
    fixed_cost: int = 0
    starts_from: float | None = None  # where no value is known
    status: Status | None = None  # of the value afterwards; None: as now, measured where unknown


class Requires(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An indicator can only be improved together with another."""

    indicator: str
    needs: str


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city's table of costs."""

    improvements: list[Improvement] = []
    budget: int | None = None
    excludes: list[list[str]] = []  # at most one indicator of each list is improved
    requires: list[Requires] = []
    floors: dict[str, float] = {}  # least share 0 to 1 of an area's points, beyond the framework's


def read_costs(body: bytes, file: str) -> Costs:
    """Read a table of costs from TOML, or from JSON where the file's name ends so.

    Raises
    ------
    CostsInvalid
        When it breaks the form; the sentence names line and field.
    """
    text = body.decode("utf-8", errors="replace")
    try:
        plain = msgspec.json.decode(text) if file.endswith(".json") else read_toml(text)
    except (tomllib.TOMLDecodeError, msgspec.DecodeError, RecursionError) as broken:
        raise CostsInvalid(file, line_of_syntax(text, str(broken)), "", str(broken)) from None
    try:
        return msgspec.convert(plain, Costs)
    except msgspec.ValidationError as broken:
        field = field_of(str(broken))
        raise CostsInvalid(file, line_of(text, field), field, reason_of(str(broken))) from None


def template(framework: Framework, basis: Basis) -> str:
    """Return a table of costs to fill in: each indicator that is not full, with its gap.

    It is valid as it stands and improves nothing: all entries are comments.
    """
    sheet = basis.score(framework)
    parts = [_HEAD.format(framework=framework.name, total=sheet.total, most=sheet.total_max)]
    for line, indicator in zip(sheet.lines, framework.indicators, strict=True):
        if line.state is not State.NOT_APPLICABLE and line.points < line.max_points:
            parts.append("\n".join(_entry(line, indicator, basis.city_type)))
    return "\n\n".join(parts) + "\n"


_HEAD = """\
# 개선 비용표 / Costs of improvements, framework {framework}, now {total:g} of {most:g} points.
# 비용은 원 단위 정수. 아래 항목의 주석을 풀고 값을 채운다.
# Costs are whole won. Take away the # of an entry and fill it in; what is left out stays as it is.
# An entry has either cost_per_unit and up_to (and fixed_cost), or steps, for instance
#   steps = [{{ to = 40, cost = 120_000_000 }}, {{ to = 60, cost = 300_000_000 }}]
# 동시에 할 수 없는 개선 / at most one of them:    excludes = [["K63-43", "K63-44"]]
# 함께 해야 하는 개선 / only with another:         requires = [{{ indicator = "A", needs = "B" }}]
# 분야별 최저 득점률 / least share of an area:      floors = {{ INN = 0.4 }}
# budget = 1_000_000_000"""


def _entry(line: Line, indicator: Indicator, city_type: str) -> Iterator[str]:
    name = f"{indicator.name.ko} / {indicator.name.en}"
    yield f"# {line.indicator} {name}"
    yield f"# {_now(line, indicator)}; {line.max_points - line.points:.2f} points to gain"
    yield "# [[improvements]]"
    yield f'# indicator = "{line.indicator}"'
    if indicator.kind == "qualitative":
        yield "# cost_per_unit =    # of one level"
        yield f"# up_to = {HIGHEST_LEVEL}"
        return
    posts = indicator.goalposts_for(city_type)
    yield f"# cost_per_unit =    # of one {indicator.unit.en}"
    yield f"# up_to = {posts.full_at:g}    # earns all; {posts.zero_at:g} earns none"
    if line.value is None:
        yield "# starts_from =    # no value is known"


def _now(line: Line, indicator: Indicator) -> str:
    if indicator.kind == "qualitative":
        own = "none" if line.self_level is None else str(line.self_level)
        return f"own level {own}" if line.level is None else f"level {line.level:g}"
    why = "" if line.why is None else f" ({line.why.en})"
    value = "no value" if line.value is None else f"{line.value:g} {indicator.unit.en}"
    return value if line.state is State.EARNED or line.value is None else value + why
