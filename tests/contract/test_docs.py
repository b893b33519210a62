"""The documents tell of all there is, and what they tell is fresh."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dalgu.access.policy import Operation
from dalgu.certification.framework import loading as framework
from dalgu.devices.formats import FORMATS
from dalgu.hub.model import Entity
from dalgu.kernel import settings
from dalgu.kernel.errors import DalguError

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
WRITTEN = (
    [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    + sorted(DOCS.rglob("*.md"))
    + sorted((ROOT / "src").rglob("README.md"))
)  # fmt: skip
GUIDES = ("run-a-city", "connect-a-device", "import-a-file", "write-a-service", "ask-the-hub")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def tool():
    """The generator of the reference, a script outside the package."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return import_module("reference")
    finally:
        sys.path.remove(str(ROOT / "tools"))


reference = tool()


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


def relative_name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("name", reference.PAGES)
def test_each_reference_page_is_fresh(name):
    assert page(name) == reference.render(name), "run: python tools/reference.py"


@pytest.mark.parametrize("name", reference.PAGES)
def test_each_generated_page_says_so_first(name):
    assert page(name).startswith(reference.NOTICE)


def test_every_setting_is_told():
    told = page("settings.md")
    assert not [one.key for one in settings.fields() if f"`{one.key}`" not in told]
    assert not [one.key for one in settings.fields() if not one.description.endswith(".")]


def test_every_command_is_told():
    told = page("cli.md")
    commands = reference.commands()
    assert commands
    assert not [name for name, _ in commands if f"## `{name}`\n" not in told]
    assert not [name for name, command in commands if not command.help]


def test_every_option_of_a_command_says_what_it_does():
    options = [
        (name, option) for name, command in reference.commands() for option in command.params
    ]
    assert not [(name, option.name) for name, option in options if not option.help]


def test_every_entity_type_is_told():
    told = page("entities.md")
    assert not [one.type for one in reference.ours(Entity) if f"### `{one.type}`\n" not in told]


def test_every_error_is_told():
    told = page("errors.md")
    errors = reference.ours(DalguError)
    assert not [one.__name__ for one in errors if f"| `{one.__name__}` |" not in told]


def test_every_indicator_is_told():
    told = page("indicators.md")
    codes = [one.code for name in framework.names() for one in framework.load(name).indicators]
    assert codes
    assert not [code for code in codes if f"### `{code}` " not in told]


def test_every_operation_is_told():
    told = page("permissions.md")
    assert not [operation for operation in Operation if f"| `{operation.value}` |" not in told]


def test_every_message_format_is_told():
    told = page("formats.md")
    assert not [name for name in FORMATS if f"`{name}`" not in told]


@pytest.mark.parametrize("name", GUIDES)
def test_the_guide_is_there_and_the_readme_leads_to_it(name):
    assert (DOCS / "guide" / f"{name}.md").is_file()
    assert f"docs/guide/{name}.md" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("file", WRITTEN, ids=relative_name)
def test_every_relative_link_leads_somewhere(file):
    text = FENCE.sub("", file.read_text("utf-8"))
    links = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link]
    assert not [link for link in links if not (file.parent / link).exists()]


@pytest.mark.parametrize("file", WRITTEN, ids=relative_name)
def test_every_named_command_exists(file):
    """What a page writes after `dalgu` in code is a command or an option of it."""
    known = {name for name, _ in reference.commands()}
    groups = {name.rpartition(" ")[0] for name in known}
    said = re.findall(r"(?:`|^(?:\./)?)(?:\./)?dalgu ([a-z][a-z0-9-]*)(?: ([a-z][a-z0-9-]*))?",
                      file.read_text("utf-8"), re.MULTILINE)  # fmt: skip
    wrong = [
        f"dalgu {first} {second}".rstrip()
        for first, second in said
        if f"dalgu {first}" not in known
        and not (
            f"dalgu {first}" in groups and f"dalgu {first} {second}".rstrip() in known | groups
        )
    ]
    assert not wrong


@pytest.mark.parametrize("file", sorted((DOCS / "decisions").glob("*.md")), ids=relative_name)
def test_a_decision_fits_thirty_lines(file):
    assert len(file.read_text("utf-8").splitlines()) <= 30
