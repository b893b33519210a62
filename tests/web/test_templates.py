"""Templates speak only through the catalogue, and no component grows past a page."""

import re
from pathlib import Path

import dalgu
from dalgu.web.language import browser_phrases, catalogue

SOURCE = Path(dalgu.__file__).parent
TEMPLATES = sorted(SOURCE.rglob("*.html"))
MODULES = sorted(
    file for file in (SOURCE / "web" / "static").rglob("*.js") if "vendor" not in file.parts
)
KEY = re.compile(r"""\bt\(['"]([a-z_0-9.-]+)['"][,)]""")
LANDMARK = re.compile(r"""<section[^>]*aria-labelledby="([^"]+)"[^>]*>(.*?)</section>""", re.DOTALL)
REGION = re.compile(r"""role="region"[^>]*aria-labelledby="([^"]+)\"""")
HANGUL = re.compile("[가-힣]+")
INLINE = re.compile(r"\s(?:style|on[a-z]+)=|<script(?![^>]*(?:src=|application/json|importmap))")
LONGEST_COMPONENT = 250


def faulty(files, faults):
    """Return the files in whose text a search finds a fault, each with what it found."""
    found = {str(file.relative_to(SOURCE)): faults(file.read_text("utf-8")) for file in files}
    return {file: wrong for file, wrong in found.items() if wrong}


def test_every_phrase_of_a_template_is_in_the_catalogue():
    keys = catalogue("ko").keys()
    assert faulty(TEMPLATES, lambda text: set(KEY.findall(text)) - keys) == {}


def test_no_template_speaks_korean_by_itself():
    own_name = "한국어"  # the link that says it
    assert faulty(TEMPLATES, lambda text: HANGUL.findall(text.replace(own_name, ""))) == {}


def test_no_template_has_inline_script_or_style():
    assert faulty(TEMPLATES, INLINE.findall) == {}


def test_no_two_landmarks_one_in_the_other_have_the_same_name():
    """Also where no test fills the table that scrolls."""

    def twice(text):
        return [name for name, within in LANDMARK.findall(text) if name in REGION.findall(within)]

    assert faulty(TEMPLATES, twice) == {}


def test_every_phrase_of_a_module_reaches_the_browser():
    keys = catalogue("ko").keys()
    areas = {key.split(".", 1)[0].removeprefix("browser_") for key in keys if "browser_" in key}
    reaching = {key for area in areas for key in browser_phrases("ko", area)}
    assert faulty(MODULES, lambda text: set(KEY.findall(text)) - reaching) == {}


def test_a_component_fits_on_a_few_screens():
    assert faulty(MODULES, lambda text: text.count("\n") > LONGEST_COMPONENT) == {}
