"""Writes the pages of docs/reference/ from the code they speak of, or checks that they are fresh.

    python tools/reference.py            writes the pages that differ
    python tools/reference.py --check    names the pages that differ and exits with 1

A page is a function here that returns its text; what it tells comes from declarations, from
first lines of docstrings and from comments beside entity attributes, never from this file.
"""

import argparse
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import typer
from reference_formats import formats_page
from reference_indicators import indicators_page
from reference_markdown import both, code, first_line, prose, table

import dalgu
from dalgu import cli
from dalgu.access.actor import Role
from dalgu.access.policy import POLICY
from dalgu.app.metrics import METRICS
from dalgu.hub.model import Attribute, Entity
from dalgu.hub.smart_data_models.declared import CONTEXT_PATH, DeclaredType, Standing
from dalgu.kernel import settings
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.kernel.units import UNITS

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
NOTICE = "<!-- Generated from the code; edit that and renew with `python tools/reference.py`. -->"


def load_everything() -> None:
    """Import every module of ours, so that every subclass is known."""
    for module in pkgutil.walk_packages(dalgu.__path__, "dalgu."):
        import_module(module.name)


def ours(root: type[Any]) -> list[type[Any]]:
    """Return all our public subclasses of a class, by room and name."""
    load_everything()
    found: set[type[Any]] = set()
    waiting = [root]
    while waiting:
        waiting += (below := set(waiting.pop().__subclasses__()) - found)
        found |= below
    public = [one for one in found if one.__module__.startswith("dalgu.")]
    return sorted(public, key=lambda one: (room(one), one.__name__, one.__module__))


def room(cls: type[Any]) -> str:
    """Return where a class lives: a room, or one service.

    >>> from dalgu.services.water.entities import WaterMeter
    >>> room(WaterMeter), room(DalguError)
    ('services/water', 'kernel')
    """
    parts = cls.__module__.split(".")
    return "/".join(parts[1:3] if parts[1] == "services" else parts[1:2])


def by_room(classes: Iterable[type[Any]]) -> dict[str, list[type[Any]]]:
    """Return classes by the room they live in."""
    rooms: dict[str, list[type[Any]]] = {}
    for cls in classes:
        rooms.setdefault(room(cls), []).append(cls)
    return rooms


# ---- entity types

KINDS: dict[object, str] = {
    float: "number",
    int: "whole number",
    str: "text",
    bool: "true or false",
    dict: "GeoJSON geometry",
    Text: "Korean and English",
}


def entities_page() -> str:
    """Return every entity type with its model, its attributes and their units and meanings."""
    parts = [
        "# Entity types",
        "Each type is an NGSI-LD entity type; attributes without a value are left out. "
        "`origin` says `synthetic` on everything that no real device or register stands behind, "
        "`register` on what comes from a register. Unit codes are UN/CEFACT Recommendation 20.",
        "A type follows the [Smart Data Model](https://smartdatamodels.org) of its subject where "
        "there is one; the last column says how an attribute stands to it: *model* where both "
        "have it in the same form, *departs* where the model has it in another form or with other "
        "values, nothing where it is this platform's own. `dalgu hub models show NAME` tells all "
        f"of a model. A running hub serves the types' JSON-LD context at `{CONTEXT_PATH}` "
        "and this page as JSON at `/hub/v1/models`.",
    ]
    for name, types in by_room(ours(Entity)).items():
        parts += [f"## {name}", *_modules_of(types)]
        for entity in types:
            declared = DeclaredType(entity)
            parts += [
                f"### `{entity.type}`",
                prose(entity),
                _model(declared),
                _attributes(declared),
            ]
    return "\n\n".join(parts)


def _modules_of(types: Iterable[type[Any]]) -> list[str]:
    return [prose(sys.modules[name]) for name in dict.fromkeys(one.__module__ for one in types)]


def _model(declared: DeclaredType) -> str:
    if declared.model is None:
        why = declared.entity.unmodelled
        return f"Smart Data Model: none. {both(why) if why is not None else ''}"
    links, departs = declared.model.links(), ", ".join(map(code, sorted(declared.departures)))
    return f"Smart Data Model: [{declared.model.full_name}]({links['repository']})" + (
        f"; departs in {departs}." if departs else "."
    )


def _attributes(declared: DeclaredType) -> str:
    hints = get_type_hints(declared.entity)
    fields = {one.name: one for one in declared.entity.attributes}
    return table(
        ("attribute", "kind", "value", "unit", "meaning", "model"),
        (
            (
                code(one.name),
                one.kind,
                _value_kind(fields[one.name], hints[fields[one.name].field]),
                "" if one.unit is None else f"{code(one.unit)} {UNITS[one.unit].symbol}",
                both(one.meaning),
                "" if one.standing is Standing.OWN else one.standing.value,
            )
            for one in declared.attributes
            if one.name != "origin"
        ),
    )


def _value_kind(attribute: Attribute, hint: Any) -> str:
    if attribute.kind == "Relationship":
        return "entity id"
    members = [one for one in get_args(hint) if one is not type(None)] or [hint]
    kind = get_origin(members[0]) or members[0]
    return KINDS.get(kind, "JSON")


# ---- errors


def errors_page() -> str:
    """Return every error with its problem type and status."""
    parts = [
        "# Errors",
        "Every deliberate error is a problem document (RFC 9457): `type`, `title`, `status`, "
        "`detail`, and the typed parts of the detail. Errors of the NGSI-LD interface carry "
        "the ETSI types.",
    ]
    for name, classes in by_room([DalguError, *ours(DalguError)]).items():
        rows = ((code(one.__name__), code(problem_type(one)), *_told(one)) for one in classes)
        parts += [
            f"## {name}",
            table(("error", "type", "status", "title", "what it means"), rows),
        ]
    return "\n\n".join(parts)


def problem_type(error: type[DalguError]) -> str:
    """Return the problem type URI that errors of a class carry."""
    return error.__new__(error).problem_type


def _told(error: type[DalguError]) -> tuple[object, ...]:
    return error.status, error.title, first_line(error)


# ---- settings


def settings_page() -> str:
    """Return every setting, its variable and its default."""
    rows = (
        (code(one.key), code(one.variable), _default(one.default), one.expected, one.description)
        for one in settings.fields()
    )
    return "\n\n".join(
        (
            "# Settings",
            f"Set in `{settings.FILE_NAME}` (in the folder where `dalgu` runs, or the file that "
            f"`{settings.FILE_VARIABLE}` names), by environment variable, or on the command line "
            "where an option exists; the later of these wins. An unknown key stops the start. "
            "A key with a dot lives in a section of the file: `hub.queue_limit` is "
            "`queue_limit` under `[hub]`.",
            table(("setting", "variable", "default", "must be", "meaning"), rows),
        )
    )


def _default(value: object) -> str:
    if value is None:
        return "none"
    return code(str(value).lower() if isinstance(value, bool) else value)


# ---- metrics


def metrics_page() -> str:
    """Return every metric that `/metrics` tells, in the order of its declaration."""
    rows = (
        (code(one.name), one.kind, ", ".join(map(code, one.labels)) or "none", one.help)
        for one in METRICS
    )
    return "\n\n".join(
        (
            "# Metrics",
            "`GET /metrics` answers in the Prometheus text format to whoever may read entities: "
            "give the scraper a token (`dalgu tokens create prometheus --role viewer`). Labels "
            "come from closed sets, so that no client can make them grow. A metric of a part "
            "that does not run (a broker that is not named, a system without `/proc`) is left "
            "out.",
            table(("metric", "kind", "labels", "meaning"), rows),
        )
    )


# ---- the command line


def cli_page() -> str:
    """Return every command with its options, from the command line's own metadata."""
    parts = [
        "# The command line",
        "`dalgu COMMAND --help` says the same. An error is one sentence and exit code 1.",
    ]
    for name, command in commands():
        parts += [f"## `{name}`", inspect.cleandoc(command.help or ""), *_options(command)]
    return "\n\n".join(parts)


def commands() -> list[tuple[str, Any]]:
    """Return every command that does something, by its whole name."""
    return list(_commands("dalgu", typer.main.get_command(cli.app)))


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for below, one in getattr(command, "commands", {}).items():
        yield from _commands(f"{name} {below}", one)
    if not hasattr(command, "commands"):
        yield name, command


def _options(command: Any) -> Iterator[str]:
    context = typer.Context(command)
    records = [one.get_help_record(context) for one in command.params]
    rows = [(code(one[0]), _plain(one[1])) for one in records if one is not None]
    if rows:
        yield table(("argument or option", "meaning"), rows)


def _plain(help_text: str) -> str:
    return re.sub(r"\[default: \((.*?)\)", r"[default: \1", help_text)  # typer's own brackets


# ---- permissions


def permissions_page() -> str:
    """Return who may do what."""
    head = ("operation", "what", "everybody", *(role.value for role in Role), "district")
    rows = (
        (
            code(operation.value),
            both(rule.title),
            "yes" if rule.public else "",
            *("yes" if role in rule.roles else "" for role in Role),
            "bound" if rule.bound else "",
        )
        for operation, rule in POLICY.items()
    )
    return "\n\n".join(
        (
            "# Permissions",
            "What this table does not name is refused. Every route is named after its operation. "
            "*Bound* operations touch one district's people or things: an actor who has some "
            "districts only may do them there alone.",
            table(head, rows),
        )
    )


PAGES: dict[str, Callable[[], str]] = {
    "entities.md": entities_page,
    "errors.md": errors_page,
    "settings.md": settings_page,
    "cli.md": cli_page,
    "indicators.md": indicators_page,
    "permissions.md": permissions_page,
    "formats.md": formats_page,
    "metrics.md": metrics_page,
}


def render(name: str) -> str:
    """Return the whole text of a page."""
    return f"{NOTICE}\n\n{PAGES[name]().rstrip()}\n"


def stale() -> dict[str, str]:
    """Return the fresh text of each page that differs from its file."""
    fresh = {name: render(name) for name in PAGES}
    return {name: text for name, text in fresh.items() if _written(name) != text}


def _written(name: str) -> str | None:
    file = REFERENCE / name
    return file.read_text("utf-8") if file.is_file() else None


def main() -> int:
    """Write or check the pages; return the exit code."""
    options = argparse.ArgumentParser(description="Renew docs/reference/ from the code.")
    options.add_argument("--check", action="store_true", help="only tell which pages are stale")
    is_check = options.parse_args().check
    pages = stale()
    for name, text in pages.items():
        if not is_check:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            (REFERENCE / name).write_text(text, "utf-8")
        print(f"{name} {'is stale; run python tools/reference.py' if is_check else 'is renewed'}")
    return 1 if is_check and pages else 0


if __name__ == "__main__":
    raise SystemExit(main())
