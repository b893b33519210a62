"""The tables that describe an interface: one part per room, read from TOML beside its code.

A part names parameters, headers, bodies, replies and operations; an operation refers to all
others by name, so that a parameter is worded once for all who take it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Self

import msgspec

from dalgu.hub.model import JSON, Document
from dalgu.kernel.text import Text

PLACEHOLDER = "*"  # stands for any path parameter where two templates are compared


def _text() -> Document:
    return {"type": "string"}


class _Worded(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    ko: str
    en: str

    @property
    def text(self) -> Text:
        """The wording in both languages."""
        return Text(self.ko, self.en)


class Parameter(_Worded, kw_only=True):
    """A parameter of the query, the path or the headers; its key names it unless `name` does."""

    name: str = ""
    where: str = "query"
    clause: str = ""
    schema: Document = msgspec.field(default_factory=_text)
    example: JSON = None


class Header(_Worded, kw_only=True):
    """A header of an answer."""

    clause: str = ""
    schema: Document = msgspec.field(default_factory=_text)


class Example(_Worded, kw_only=True):
    """A body that is really accepted; written as JSON text."""

    value: str

    @property
    def body(self) -> JSON:
        """The decoded body."""
        return msgspec.json.decode(self.value)


class Body(_Worded, kw_only=True):
    """What a request carries; an example with its own `@context` is JSON-LD."""

    types: dict[str, str]  # media type -> schema
    examples: dict[str, Example] = {}
    required: bool = True


class Reply(_Worded, kw_only=True):
    """What an operation answers."""

    content: dict[str, str] = {}  # media type -> schema
    headers: list[str] = []


class Operation(_Worded, kw_only=True):
    """One method of one resource."""

    id: str
    route: str  # "GET /ngsi-ld/v1/entities/{entityId}"
    clause: str = ""
    about: str = ""
    parameters: list[str] = []
    body: str = ""
    asked: dict[str, str] = {}  # the query of an example request
    replies: dict[str, str]  # status -> reply
    problems: list[int] = []  # besides those that every operation of its kind has
    tag: str = ""

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path with the names of its parameters in braces."""
        return self.route.partition(" ")[2]


class Tag(_Worded, kw_only=True):
    """A heading under which operations stand."""

    clause: str = ""


class _Defaults(msgspec.Struct, forbid_unknown_fields=True):
    tag: str = ""
    parameters: list[str] = []
    problems: list[int] = []


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    defaults: _Defaults = msgspec.field(default_factory=_Defaults)
    tags: dict[str, Tag] = {}
    groups: dict[str, list[str]] = {}
    parameters: dict[str, Parameter] = {}
    headers: dict[str, Header] = {}
    bodies: dict[str, Body] = {}
    replies: dict[str, Reply] = {}
    operations: list[Operation] = []


@dataclass(slots=True)
class Interface:
    """All that the tables of some rooms say together."""

    tags: dict[str, Tag] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    headers: dict[str, Header] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    schemas: dict[str, Document] = field(default_factory=dict)

    @classmethod
    def read(cls, packages: Iterable[str]) -> Self:
        """Return what the tables of these packages say: every `.toml` in a folder `openapi`.

        Schemas stand beside them in `.json` files.
        """
        made = cls()
        for package in packages:
            for file in _files(package):
                if file.name.endswith(".toml"):
                    made._add(msgspec.toml.decode(file.read_bytes(), type=_Table))
                elif file.name.endswith(".json"):
                    made.schemas |= msgspec.json.decode(file.read_bytes())
        return made

    def _add(self, table: _Table) -> None:
        self.tags |= table.tags
        self.groups |= table.groups
        self.parameters |= table.parameters
        self.headers |= table.headers
        self.bodies |= table.bodies
        self.replies |= table.replies
        usual = table.defaults
        for one in table.operations:
            one.tag = one.tag or usual.tag
            one.parameters = [*one.parameters, *usual.parameters]
            one.problems = [*one.problems, *usual.problems]
            self.operations.append(one)

    def parameters_of(self, operation: Operation) -> dict[str, Parameter]:
        """Return the parameters of an operation by their keys, its groups opened."""
        keys: list[str] = []
        for name in operation.parameters:
            keys += self.groups.get(name, [name])
        return {key: self.parameters[key] for key in dict.fromkeys(keys)}

    def served(self, rights: Mapping[tuple[str, str], str]) -> list[Operation]:
        """Return the operations whose route a site has; see `rights_key`."""
        return [one for one in self.operations if rights_key(one.method, one.path) in rights]


def _files(package: str) -> list[Traversable]:
    folder = files(package) / "openapi"
    return sorted(folder.iterdir(), key=lambda one: one.name) if folder.is_dir() else []


def rights_key(method: str, path: str) -> tuple[str, str]:
    """Return a route with all its parameters alike, as two tables name them each its own way.

    >>> rights_key("GET", "/devices/registry/{device:path}")
    ('GET', '/devices/registry/*')
    """
    parts = (PLACEHOLDER if part.startswith("{") else part for part in path.split("/"))
    return method, "/".join(parts)
