"""axe-core in the page, with its messages in Korean: every page is held to it."""

import functools
from pathlib import Path
from typing import Any

import pytest

BUILT = Path(__file__).parents[2] / "build" / "axe"  # the editable installation brings it
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]  # all that another theme can change
RUN = """
async ([type, values]) => {
  const { violations } = await axe.run({ runOnly: { type, values } });
  const where = (nodes) => nodes.map((node) => node.target.join(' '));
  return violations.map(({ id, help, nodes }) => ({ id, help, where: where(nodes) }));
}
"""


def violations(page: Any) -> dict[str, list[str]]:
    """Return what axe finds wrong, in its own Korean words, with where."""
    if not (BUILT / "ko.json").is_file():
        pytest.skip("axe-core is not built: pip install -e . with npm's registry in reach")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    return _found(page, "tag", RULES)


@functools.cache
def axe() -> str:
    """Return the script that brings axe, speaking Korean."""
    script, words = ((BUILT / name).read_text("utf-8") for name in ("axe.min.js", "ko.json"))
    return f"{script};axe.configure({{ locale: {words} }});"


def _found(page: Any, kind: str, values: list[str]) -> dict[str, list[str]]:
    found = page.evaluate(RUN, [kind, values])
    return {f"{one['id']}: {one['help']}": one["where"] for one in found}


THEMES = ("dark", "day", "contrast")
SHARED_OUT = {"ko": THEMES[:2], "en": THEMES[2:]}  # colours are the same in both languages
WEAR = """
(theme) => new Promise((done) => {
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event('themechange'));
  requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 60));
})
"""


def violations_in_each_theme(page: Any, themes: tuple[str, ...] = THEMES) -> dict[str, list[str]]:
    """Return what axe finds wrong in any of the themes of one loaded page."""
    page.evaluate(WEAR, themes[0])
    found = violations(page)
    for theme in themes[1:]:
        page.evaluate(WEAR, theme)
        wrong = _found(page, "rule", CONTRAST)
        found |= {f"{theme} {rule}": where for rule, where in wrong.items()}
    return found
