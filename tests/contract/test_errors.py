"""Every deliberate error is whole: a kind, a title, a status, a meaning, a sentence."""

import ast
import inspect
import re
import types
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import msgspec

import dalgu
from dalgu.kernel.errors import PROBLEM_PREFIX, DalguError

SOURCE = Path(dalgu.__file__).parent
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PARTLY = 207  # NGSI-LD answers it with the errors of those that did not do their part
SAMPLES = {
    str: "x",
    object: "x",
    int: 1,
    float: 1.0,
    bool: True,
    bytes: b"x",
    datetime: datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
    date: date(2026, 3, 4),
    timedelta: timedelta(hours=1),
    Path: Path("x"),
    Mapping[str, str]: {"x": "x"},
}


def errors() -> list[type[DalguError]]:
    for module in walk_packages(dalgu.__path__, "dalgu."):
        import_module(module.name)
    found: set[type[DalguError]] = {DalguError}
    waiting = [DalguError]
    while waiting:
        below = set(waiting.pop().__subclasses__()) - found
        found |= below
        waiting += below
    ours = [one for one in found if one.__module__.startswith("dalgu.")]
    return sorted(ours, key=lambda one: (one.__module__, one.__name__))


ERRORS = errors()


def name(error: type[DalguError]) -> str:
    return f"{error.__module__}.{error.__name__}"


def sample(kind: object) -> object:
    """A value of an annotated type."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return sample(typing.get_args(kind)[0])
    if origin is tuple and all(one in SAMPLES for one in typing.get_args(kind)):
        return tuple(map(sample, typing.get_args(kind)))
    if origin in (tuple, list, set, frozenset, Iterable, Sequence):
        return (sample(typing.get_args(kind)[0]),)
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    kind = getattr(kind, "__supertype__", kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return kind(**{name: sample(hints[name]) for name in kind.__struct_fields__})
    return SAMPLES[kind]


def made(error: type[DalguError]) -> DalguError:
    """An error with sample parts, built by its own constructor."""
    hints = typing.get_type_hints(error.__init__)
    given = [
        (parameter, sample(hints[parameter.name]))
        for parameter in list(inspect.signature(error.__init__).parameters.values())[1:]
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    ]
    positional = [value for one, value in given if one.kind is not one.KEYWORD_ONLY]
    named = {one.name: value for one, value in given if one.kind is one.KEYWORD_ONLY}
    return error(*positional, **named)


def builds_its_sentence(error: type[DalguError]) -> bool:
    return "detail" not in inspect.signature(error.__init__).parameters


def is_ended_by_its_caller(error: type[DalguError]) -> bool:
    return not builds_its_sentence(error) or made(error).detail.endswith(SAMPLES[str])


def endings() -> dict[str, list[tuple[str, str]]]:
    """The last text that each call in our code passes, by the name of what is called."""
    found: dict[str, list[tuple[str, str]]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                last = (
                    node.args[-1].values[-1:]
                    if isinstance(node.args[-1], ast.JoinedStr)
                    else node.args[-1:]
                )
                text = last[0].value if last and isinstance(last[0], ast.Constant) else None
                if isinstance(text, str):
                    found.setdefault(node.func.id, []).append((f"{file.name}:{node.lineno}", text))
    return found


def test_an_error_has_its_kind_title_status_and_meaning():
    for error in ERRORS:
        assert SLUG.fullmatch(error.slug), name(error)
        assert error.title[0].isupper(), name(error)
        assert not error.title.endswith("."), name(error)
        assert error.status == PARTLY or 400 <= error.status < 600, name(error)
        assert error.__doc__, name(error)
        assert error.__doc__.partition("\n")[0].endswith("."), name(error)


def test_a_title_and_a_meaning_speak_as_the_conventions_ask():
    for error in ERRORS:
        words = f"{error.title} {error.__doc__}".lower()
        assert not [word for word in ("not found", "oops", "!", "bad ") if word in words], words
        assert not re.search(r"\byou\b", words), words


def test_an_error_is_a_sentence_with_its_parts():
    for error in (one for one in ERRORS if builds_its_sentence(one)):
        raised, told = made(error), name(error)
        assert raised.detail.endswith(".") or is_ended_by_its_caller(error), told
        assert raised.detail[0].isupper() or raised.detail[0] in "'`", told
        problem = raised.problem()
        assert problem["status"] == error.status, told
        assert problem["title"] == error.title, told
        assert problem["detail"] == str(raised), told
        assert problem["type"] == raised.problem_type, told
        assert not {"type", "title", "status", "detail"} & set(raised.parts), told


def test_a_sentence_that_its_caller_ends_has_a_full_stop():
    ended_by_callers = {one.__name__ for one in ERRORS if is_ended_by_its_caller(one)}
    said = {error: texts for error, texts in endings().items() if error in ended_by_callers}
    assert said
    assert not [
        (error, *one) for error, texts in said.items() for one in texts if one[1][-1:] != "."
    ]


def test_a_kind_of_problem_has_one_class():
    declared = Counter(one.slug for one in ERRORS if "slug" in vars(one))
    assert not [slug for slug, count in declared.items() if count > 1]


def test_an_error_without_an_etsi_kind_has_ours():
    ours = [one for one in ERRORS if not hasattr(one, "etsi")]
    assert all(one.__new__(one).problem_type == PROBLEM_PREFIX + one.slug for one in ours)
