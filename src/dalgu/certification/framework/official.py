"""Makes a framework of an official indicator table, upon a base framework.

Official is what the table states, and nothing else. Formulas, variables, rubrics and whatever the
table leaves open are taken over from the base, by code or crosswalk, and stay what they were; each
entry lists them under `reconstructed`. An indicator that the base knows nothing of gets its value
from a declared statistic, and a maturity of its own the general ladder.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

import msgspec

from dalgu.certification.framework.checks import problems
from dalgu.certification.framework.loading import FRAMEWORKS
from dalgu.certification.framework.model import (
    ANY_TYPE,
    Area,
    Framework,
    Goalposts,
    Indicator,
    Item,
    Level,
)
from dalgu.certification.framework.query import Valid, Variable
from dalgu.certification.framework.table import Row
from dalgu.kernel.text import Text

KINDS = {"정량": "quantitative", "정성": "qualitative"}
LADDER_FILE = "ladder.toml"
DECLARED = "declared"  # the variable of an indicator that the base cannot compute


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken in: where, and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is imported: the framework's new name and year, and the table it comes from."""

    name: str
    year: int
    table: str  # file name
    sha256: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adopted:
    """The framework that came of a table, and what did not get into it."""

    framework: Framework
    rejected: list[Rejected]
    declared: list[str]  # codes whose value is to be declared: the base has no formula for them


def adopt(base: Framework, rows: Sequence[Row], source: Source) -> Adopted:
    """Return the framework that a table's rows make upon a base."""
    reader = _Reader(base, source)
    indicators: list[Indicator] = []
    rejected: list[Rejected] = []
    for row in rows:
        found = reader.indicator(row)
        if isinstance(found, Rejected):
            rejected.append(found)
        else:
            indicators.append(found)
    return Adopted(
        framework=_framework(base, indicators, source, is_whole=not rejected),
        rejected=rejected,
        declared=[one.code for one in indicators if DECLARED in one.variables],
    )


class _Reader:
    def __init__(self, base: Framework, source: Source) -> None:
        self.base = base
        self.source = source
        self.types = {one.code for one in base.city_types}
        self._codes: set[str] = set()

    def indicator(self, row: Row) -> Indicator | Rejected:
        """Return the indicator of a row, or why there is none."""
        try:
            found = self._read(row)
        except _Refused as refused:
            return Rejected(row.number, refused.column, refused.reason)
        self._codes.add(found.code)
        return found

    def _read(self, row: Row) -> Indicator:
        code, name = _required(row, "code"), _required(row, "name_ko")
        if code in self._codes:
            raise _Refused("code", f"'{code}' stands in an earlier row as well")
        item = self._item(_required(row, "item"))
        known = self._of_base(row, code)
        kind = self._kind(row, known)
        stated: dict[str, object] = {
            "code": code,
            "item": item,
            "name": Text(name, row.cells.get("name_en") or (known.name.en if known else name)),
            "kind": kind,
            **self._points(row),
            **dict(_texts(row, known)),
        }
        posts = self._goalposts(row) if kind == "quantitative" else {}
        if posts:
            stated["goalposts"] = posts
            stated["direction"] = _direction(posts)
        whole = self._whole(row, known, stated)
        for field_name, reason in problems(self.base, whole):
            raise _Refused(_column_of(field_name), reason)
        return whole

    def _whole(self, row: Row, known: Indicator | None, stated: dict[str, object]) -> Indicator:
        origin = known or _blank(str(stated["code"]), str(stated["kind"]), self.source)
        taken = [
            name
            for name in ("description", "unit", "goalposts", "formula", "variables", "levels")
            if name not in stated and getattr(origin, name)
        ]
        if "name_en" not in row.cells:
            taken.insert(0, "name.en")
        wherefrom = (
            f"{', '.join(taken)} are taken over from {self.base.name} {origin.code} "
            f"({origin.official_status}): {origin.provenance}"
            if known
            else f"{', '.join(taken)} are ours: the base framework {self.base.name} has no such "
            "indicator."
        )
        provenance = (
            f"Official table '{self.source.table}' (SHA-256 {self.source.sha256}), row "
            f"{row.number}, states {', '.join(sorted(row.cells))}."
        )
        changes: dict[str, object] = stated | {
            "official_status": "official",
            "reconstructed": [] if origin.official_status == "official" else taken,
            "provenance": f"{provenance} {wherefrom}" if taken else provenance,
            "crosswalk": _crosswalk(self.base, known),
        }
        return msgspec.structs.replace(origin, **changes)

    def _of_base(self, row: Row, code: str) -> Indicator | None:
        wanted = row.cells.get("base")
        if wanted is not None:
            found = self._named(wanted)
            if found is None:
                raise _Refused("base", f"'{wanted}' is no indicator of {self.base.name}")
            return found
        return self._named(code)

    def _named(self, code: str) -> Indicator | None:
        by_code = (one for one in self.base.indicators if one.code == code)
        crossed = (one for one in self.base.indicators if code in one.crosswalk)
        return next(chain(by_code, crossed), None)

    def _item(self, text: str) -> str:
        for area in self.base.areas:
            for item in area.items:
                if text in (item.code, item.name.ko, item.name.en):
                    return item.code
        known = ", ".join(item.code for area in self.base.areas for item in area.items)
        raise _Refused("item", f"'{text}' is no item of {self.base.name}; known are {known}")

    def _kind(self, row: Row, known: Indicator | None) -> str:
        text = row.cells.get("kind", "")
        word = self.source.words.get(text) or KINDS.get(text) or text.lower()
        if not word and known is not None:
            return known.kind
        if word not in KINDS.values():
            raise _Refused("kind", f"'{text}' is neither 정량/quantitative nor 정성/qualitative")
        return word

    def _points(self, row: Row) -> dict[str, object]:
        of_type = self._per_type(row, "points")
        if not of_type:
            raise _Refused("points", "it is required")
        if low := [key for key, value in of_type.items() if value <= 0]:
            raise _Refused(_column("points", low[0]), "points are above zero")
        points = of_type.pop(ANY_TYPE, None)
        if points is None:
            if self.types - set(of_type):
                raise _Refused("points", "each city type has points, or the column points has")
            points = max(of_type.values())
        return {"points": points, "points_of": of_type}

    def _goalposts(self, row: Row) -> dict[str, Goalposts]:
        zero, full = self._per_type(row, "zero_at"), self._per_type(row, "full_at")
        if odd := set(zero) ^ set(full):
            one = min(odd)
            column = "full_at" if one in zero else "zero_at"
            raise _Refused(_column(column, one), "zero_at and full_at come together")
        return {one: Goalposts(zero[one], full[one]) for one in zero}

    def _per_type(self, row: Row, column: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, text in row.cells.items():
            stem, _, city_type = name.partition(".")
            if stem != column:
                continue
            if city_type and city_type not in self.types:
                raise _Refused(name, f"'{city_type}' is no city type of {self.base.name}")
            found[city_type or ANY_TYPE] = _number(name, text)
        return found


class _Refused(Exception):
    """A cell cannot be used."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def _required(row: Row, column: str) -> str:
    if column not in row.cells:
        raise _Refused(column, "it is required")
    return row.cells[column]


def _number(column: str, text: str) -> float:
    try:
        number = float(text.replace(",", "").removesuffix("점").removesuffix("%").strip())
    except ValueError:
        raise _Refused(column, f"'{text}' is no number") from None
    if not abs(number) < float("inf"):
        raise _Refused(column, f"'{text}' is no number")
    return number


def _texts(row: Row, known: Indicator | None) -> Iterator[tuple[str, object]]:
    ko, formula = row.cells.get("description_ko", ""), row.cells.get("formula", "")
    if ko or formula:
        said = f"{ko} (산식: {formula})".strip() if formula else ko
        english = row.cells.get("description_en") or (known.description.en if known else said)
        yield "description", Text(said, english)
    if unit := row.cells.get("unit"):
        yield "unit", Text(unit, row.cells.get("unit_en") or (known.unit.en if known else unit))


def _direction(posts: Mapping[str, Goalposts]) -> str:
    return "lower" if any(one.zero_at > one.full_at for one in posts.values()) else "higher"


def _column(column: str, city_type: str) -> str:
    return column if city_type == ANY_TYPE else f"{column}.{city_type}"


def _column_of(field_name: str) -> str:
    return {"goalposts": "zero_at", "direction": "zero_at"}.get(field_name, field_name)


def _crosswalk(base: Framework, known: Indicator | None) -> list[str]:
    return [] if known is None else [f"{base.name} {known.code}", *known.crosswalk]


def _blank(code: str, kind: str, source: Source) -> Indicator:
    """Return an indicator that the base cannot compute: its value is declared, its levels ours."""
    common = Indicator(
        code=code,
        name=Text("", ""),
        description=Text("", ""),
        kind="qualitative",
        nature="output",
        unit=Text("", ""),
        official_status="reconstructed",
        provenance="",
    )
    if kind == "qualitative":
        levels = Text("단계 0–5", "level 0 to 5")
        return msgspec.structs.replace(common, unit=levels, levels=list(_ladder()))
    variable = Variable(
        name=Text("신고한 값", "Declared value"),
        unit="dimensionless",
        type=["CityStatistic"],
        where=f'statistic=="{source.name}.{code}"',
        valid=Valid(since="referenceDate"),
        aggregate="latest",
        of="value",
        by="referenceDate",
    )
    return msgspec.structs.replace(
        common, kind="quantitative", formula=DECLARED, variables={DECLARED: variable}
    )


@cache
def _ladder() -> tuple[Level, ...]:
    text = (FRAMEWORKS / LADDER_FILE).read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["levels"], list[Level]))


def _framework(
    base: Framework, indicators: list[Indicator], source: Source, *, is_whole: bool
) -> Framework:
    points: dict[str, float] = {}
    for one in indicators:
        points[one.item] = points.get(one.item, 0.0) + one.points
    order = {item.code: n for n, item in enumerate(i for area in base.areas for i in area.items)}
    year = str(source.year)
    return msgspec.structs.replace(
        base,
        name=source.name,
        year=source.year,
        title=Text(_dated(base.title.ko, year), _dated(base.title.en, year)),
        official_status="official" if is_whole else "attested",
        notice=Text(
            f"지표의 이름·배점과 표에 적힌 기준은 공식 표 '{source.table}'에서 왔다. 산식, 변수, "
            f"성숙도 단계는 {base.name}에서 이어받은 재구성이며, 지표마다 따로 표시한다.",
            f"Names, points and what else the official table '{source.table}' states are official. "
            f"Formulas, variables and levels are taken over from {base.name} and marked as "
            "reconstructed entry by entry.",
        ),
        areas=[_area(area, points) for area in base.areas],
        total_points=sum(points.values()),
        supersedes=base.name,
        valid_from=None,
        valid_to=None,
        indicators=sorted(indicators, key=lambda one: order[one.item]),
    )


def _area(area: Area, points: Mapping[str, float]) -> Area:
    items = [_item(item, points) for item in area.items]
    return msgspec.structs.replace(area, items=items)


def _item(item: Item, points: Mapping[str, float]) -> Item:
    return msgspec.structs.replace(item, points=points.get(item.code, 0.0))


def _dated(title: str, year: str) -> str:
    stem, _, last = title.rpartition(" ")
    return f"{stem} {year}" if last.isdigit() else f"{title} {year}"
