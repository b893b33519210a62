import pytest

from dalgu.center.pages.certification.asking import (
    MOST_FIELDS,
    address,
    fields_of,
    figure,
    state_of,
)
from dalgu.certification.framework import loading
from dalgu.certification.measurement import Measurement, Status
from dalgu.certification.scorecard import Standing
from dalgu.kernel.errors import InvalidInput

[METERS] = [one for one in loading.load("kr-scc-2021").indicators if one.code == "K63-43"]


@pytest.mark.parametrize("name", loading.names())
def test_no_code_breaks_its_address(name):
    paths = {address(one, name) for one in loading.load(name).indicators}
    assert len(paths) == len(loading.load(name).indicators)
    assert all(path.count("/") == 4 and " " not in path for path in paths)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0098, "0.0098"), (50.0, "50"), (1e12, "1,000,000,000,000"), (-0.5, "-0.5")],
)
def test_a_figure_has_no_needless_digit(value, text):
    assert figure(value) == text


@pytest.mark.parametrize("status", list(Status))
def test_the_state_of_a_value_is_its_status(status):
    standing = Standing(METERS, Measurement("K63-43", status))
    assert state_of(standing) == status.replace(" ", "_")


def test_what_was_never_measured_says_so():
    assert state_of(Standing(METERS)) == "unmeasured"


def test_a_form_leaves_out_what_is_empty_and_has_a_most():
    assert fields_of(b"a=1&b=&c=+2+") == {"a": "1", "c": "2"}
    with pytest.raises(InvalidInput):
        fields_of(b"&".join(b"a=1" for _ in range(MOST_FIELDS + 1)))
