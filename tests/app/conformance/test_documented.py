"""The cases that contradict the standard are told in docs/conformance.md as they are judged."""

from collections import Counter
from pathlib import Path

import pytest

from dalgu.app.conformance.documented import doubts, doubts_table
from dalgu.app.conformance.suite import State

PAGE = Path(__file__).parents[3] / "docs" / "conformance.md"


@pytest.mark.parametrize("state", State)
def test_the_page_tells_each_documented_case(state):
    assert doubts_table(state) in PAGE.read_text()


@pytest.mark.parametrize("state", State)
def test_no_case_is_documented_twice(state):
    listed = Counter(case for one in doubts() if state in one.states for case in one.cases)
    assert [case for case, times in listed.items() if times > 1] == []


def test_each_doubt_has_its_reason_and_clause():
    assert all(one.expects and one.says and one.clause and one.cases for one in doubts())
