"""The guide's own example is a framework, and its mapping a mapping."""

import re
from pathlib import Path

from dalgu.certification.framework.loading import read
from dalgu.certification.framework.table import read_mapping

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "add-a-framework.md"


def test_the_example_of_the_guide_loads(tmp_path):
    mapping, framework, item = re.findall(
        r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL
    )
    (tmp_path / "map.toml").write_text(mapping, "utf-8")
    assert read_mapping(tmp_path / "map.toml").header_row == 2
    folder = tmp_path / "operating-model-2026"
    folder.mkdir()
    (folder / "framework.toml").write_text(framework, "utf-8")
    (folder / "data.toml").write_text(item, "utf-8")
    assert [one.code for one in read(folder).indicators] == ["OM-3"]
