"""axe-core in the page, with its messages in Korean: every page is held to it."""

import json
from pathlib import Path
from typing import Any

import pytest

BUILT = Path(__file__).parents[2] / "build" / "axe"  # the editable installation brings it
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]  # all that another theme can change
RUN = """
async ([locale, type, values]) => {
  axe.configure({ locale });
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
        page.evaluate((BUILT / "axe.min.js").read_text("utf-8"))
    return _found(page, "tag", RULES)


def _found(page: Any, kind: str, values: list[str]) -> dict[str, list[str]]:
    locale = json.loads((BUILT / "ko.json").read_text("utf-8"))
    found = page.evaluate(RUN, [locale, kind, values])
    return {f"{one['id']}: {one['help']}": one["where"] for one in found}


THEMES = ("dark", "day", "contrast")
WEAR = """
(theme) => new Promise((done) => {
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event('themechange'));
  requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 60));
})
"""


def violations_in_each_theme(page: Any) -> dict[str, list[str]]:
    """Return what axe finds wrong in any of the three themes of one loaded page."""
    page.evaluate(WEAR, THEMES[0])
    found = violations(page)
    for theme in THEMES[1:]:
        page.evaluate(WEAR, theme)
        wrong = _found(page, "rule", CONTRAST)
        found |= {f"{theme} {rule}": where for rule, where in wrong.items()}
    return found
