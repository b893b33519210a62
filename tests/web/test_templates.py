"""Templates speak only through the catalogue, and no component grows past a page."""

import re
from pathlib import Path

import pytest

import dalgu.center
import dalgu.services
import dalgu.web
from dalgu.web.language import browser_phrases, catalogue

WEB = Path(dalgu.web.__file__).parent
SERVICES = Path(dalgu.services.__file__).parent
ROOMS = (Path(dalgu.center.__file__).parent, SERVICES / "citizens", SERVICES / "assistant")
TEMPLATES = sorted(
    [*(WEB / "templates").glob("*.html"), *(one for room in ROOMS for one in room.rglob("*.html"))]
)
MODULES = sorted(file for file in (WEB / "static").rglob("*.js") if "vendor" not in file.parts)
KEY = re.compile(r"""\bt\(['"]([a-z_0-9.-]+)['"][,)]""")
LONGEST_COMPONENT = 250


def names(files):
    return [file.name for file in files]


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_every_phrase_of_a_template_is_in_the_catalogue(template):
    asked = set(KEY.findall(template.read_text("utf-8")))
    assert asked <= catalogue("ko").keys()


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_no_template_speaks_korean_by_itself(template):
    text = template.read_text("utf-8").replace("한국어", "")  # the link that says its own name
    assert not re.search("[가-힣]", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_no_template_has_inline_script_or_style(template):
    text = template.read_text("utf-8")
    assert not re.search(r"\s(style|on[a-z]+)=", text)
    assert not re.search(r"<script(?![^>]*(src=|application/json|importmap))", text)


@pytest.mark.parametrize("module", MODULES, ids=names(MODULES))
def test_every_phrase_of_a_module_reaches_the_browser(module):
    asked = set(KEY.findall(module.read_text("utf-8")))
    keys = catalogue("ko").keys()
    areas = {key.split(".", 1)[0].removeprefix("browser_") for key in keys if "browser_" in key}
    assert asked <= {key for area in areas for key in browser_phrases("ko", area)}


@pytest.mark.parametrize("module", MODULES, ids=names(MODULES))
def test_a_component_fits_on_a_few_screens(module):
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST_COMPONENT
