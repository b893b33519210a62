from pathlib import Path

from dalgu.services.traffic.network.table_cells import tables

GUIDE = Path(__file__).parents[4] / "docs/guide/import-a-street-network.md"


def test_the_guide_tells_every_table_and_column():
    text = GUIDE.read_text("utf-8")
    for name, table in tables().items():
        section = text.split(f"### `{name}.txt`", 1)[1].split("\n### ", 1)[0]
        assert table.en in section
        for column in table.columns:
            assert f"| `{column.name}` |" in section, (name, column.name)
            assert column.en in section
