"""The house stays in good repair: sizes, types and names of the design are measured here."""

import ast
import functools
import statistics
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "dalgu"
FILES = sorted(SOURCE.rglob("*.py"))
REFUSED_NAMES = {"utils", "util", "common", "helpers", "core", "base", "manager", "misc"}


@functools.cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def lines(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines())


@functools.cache
def functions() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [(f, node) for f in FILES for node in ast.walk(tree(f)) if isinstance(node, kinds)]


def code_lines(node) -> int:
    """Lines of a function without its docstring."""
    body = node.body
    if ast.get_docstring(node) is not None and len(body) > 1:
        body = body[1:]
    return node.end_lineno - body[0].lineno + 2


def test_modules_are_short():
    assert statistics.median(lines(file) for file in FILES) <= 130
    assert not {str(f.relative_to(ROOT)): lines(f) for f in FILES if lines(f) > 400}


def test_nine_of_ten_functions_fit_in_thirty_lines():
    sizes = sorted(code_lines(node) for _, node in functions())
    assert sizes[int(len(sizes) * 0.9)] <= 30


def test_every_function_says_what_it_returns():
    bare = [f"{f.relative_to(ROOT)}:{n.lineno}" for f, n in functions() if n.returns is None]
    assert not [b for b in bare if "__init__" not in b]


def test_browser_tests_are_where_they_are_looked_for():
    marked = [
        one
        for one in (ROOT / "tests").rglob("*.py")
        if "pytest.mark.page" in one.read_text("utf-8")
    ]
    strays = {one.relative_to(ROOT).parts[1] for one in marked} - {"pages"}
    assert strays <= {"test_house.py"}


def test_no_room_is_called_utils():
    parts = {part for file in FILES for part in (*file.relative_to(SOURCE).parts[:-1], file.stem)}
    assert not parts & REFUSED_NAMES


@pytest.mark.parametrize("package", sorted(p for p in SOURCE.iterdir() if p.is_dir()))
def test_every_room_says_what_lives_in_it(package):
    if package.name == "__pycache__":
        return
    docstring = ast.get_docstring(tree(package / "__init__.py"))
    assert docstring is not None
    assert "To be written" not in docstring


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    assert not [line for line in block.splitlines() if line.strip() and "#" not in line]


def test_pins_name_no_registry():
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in pins
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in project["dependencies"]:
        name = requirement.split(">")[0].split("[")[0].strip()
        assert f"\n{name}==" in "\n" + pins, name
