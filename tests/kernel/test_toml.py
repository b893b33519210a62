import tomllib

import pytest

from dalgu.kernel.toml import read_toml


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5_000, "a = " + "{a = " * 5_000, "a = " + "9" * 5_000, "a = 2026-13-45", "\0"],
)
def test_all_that_is_no_toml_is_one_kind_of_error(text):
    with pytest.raises(tomllib.TOMLDecodeError):
        read_toml(text)
