"""The catalogue of services as it is written down: what can be reported, and who acts."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from dalgu.kernel.text import Text
from dalgu.services.citizens.requests.refusals import ServiceCodeNotExisting

FILE = Path(__file__).parent / "catalogue.toml"
BETWEEN = " | "  # Korean before it, English after it


class Datatype(StrEnum):
    """What an attribute takes (GeoReport v2, GET Service Definition)."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE = "singlevaluelist"
    MANY = "multivaluelist"


@dataclass(frozen=True, slots=True)
class ServiceAttribute:
    """One thing that is asked besides place and description."""

    code: str
    title: Text
    datatype: Datatype
    hint: Text
    is_required: bool = False
    is_variable: bool = True  # false: it only tells the reporter something
    values: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CityService:
    """One type of request."""

    code: str
    group: str
    title: Text
    about: Text
    keywords: tuple[str, ...]
    department: str
    owner: str  # whose work it is: district, city
    term: str  # a rule of `terms.RULES`
    asset: str  # the kind of thing it concerns, empty where it concerns none
    attributes: tuple[ServiceAttribute, ...] = ()

    def attribute(self, code: str) -> ServiceAttribute | None:
        """Return an attribute that takes a value, `None` where there is none of this code."""
        asked = (one for one in self.attributes if one.is_variable)
        return next((one for one in asked if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What somebody may look for here that is answered elsewhere."""

    id: str
    title: Text
    say: Text
    phone: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All services of a jurisdiction."""

    jurisdiction: str
    changeset: str
    groups: Mapping[str, Text]
    departments: Mapping[str, Text]
    services: Mapping[str, CityService]
    guidance: tuple[Guidance, ...]

    def get(self, code: str) -> CityService:
        """Return a service by its code; raise `ServiceCodeNotExisting`."""
        if code not in self.services:
            raise ServiceCodeNotExisting(code[:60])
        return self.services[code]

    def by_group(self) -> list[tuple[Text, list[CityService]]]:
        """Return the services under the names of their groups."""
        return [
            (title, [one for one in self.services.values() if one.group == group])
            for group, title in self.groups.items()
        ]


@cache
def load(file: Path = FILE) -> Catalogue:
    """Return the catalogue of a file; a `KeyError` or `ValueError` says where it does not hold."""
    told = tomllib.loads(file.read_text("utf-8"))
    groups = {key: _text(words) for key, words in told["groups"].items()}
    departments = {key: _text(words) for key, words in told["departments"].items()}
    services = {one["code"]: _service(one, groups, departments) for one in told["services"]}
    guidance = tuple(
        Guidance(**one | {"title": _text(one["title"]), "say": _text(one["say"])})
        for one in told["guidance"]
    )
    return Catalogue(
        told["jurisdiction"], told["changeset"], groups, departments, services, guidance
    )


def _service(
    told: Mapping[str, Any], groups: Mapping[str, Text], departments: Mapping[str, Text]
) -> CityService:
    if told["group"] not in groups or told["department"] not in departments:
        raise ValueError(f"Service '{told['code']}' names a group or department that is none.")
    return CityService(
        code=told["code"],
        group=told["group"],
        title=_text(told["title"]),
        about=_text(told["about"]),
        keywords=tuple(one.strip() for one in told["keywords"].split(",")),
        department=told["department"],
        owner=told.get("owner", "district"),
        term=told["term"],
        asset=told.get("asset", ""),
        attributes=tuple(_attributes(told.get("attributes", ()))),
    )


def _attributes(told: Any) -> Iterator[ServiceAttribute]:
    for one in told:
        yield ServiceAttribute(
            code=one["code"],
            title=_text(one["title"]),
            datatype=Datatype(one["datatype"]),
            hint=_text(one.get("hint", BETWEEN)),
            is_required=one.get("required", False),
            is_variable=one.get("variable", True),
            values={key: _text(words) for key, words in one.get("values", {}).items()},
        )


def _text(words: str) -> Text:
    korean, found, english = words.partition(BETWEEN)
    if not found:
        raise ValueError(f"'{words}' must say it in both languages, with '{BETWEEN}' between.")
    return Text(korean.strip(), english.strip())
