"""A framework survives being written down."""

import pytest

from dalgu.certification.framework.loading import load, names, read
from dalgu.certification.framework.writing import write


@pytest.mark.parametrize("name", names())
def test_a_written_framework_reads_back_the_same(name, tmp_path):
    framework = load(name)
    write(framework, tmp_path, heading="One line.\nAnother.")
    assert read(tmp_path) == framework
    assert (tmp_path / "framework.toml").read_text("utf-8").startswith("# One line.\n# Another.\n")


def test_what_is_at_its_default_is_not_written(tmp_path):
    write(load("u4ssc"), tmp_path)
    text = (tmp_path / "ec-ict.toml").read_text("utf-8")
    assert "points_of" not in text
    assert "fewest_reviews" not in (tmp_path / "framework.toml").read_text("utf-8")
