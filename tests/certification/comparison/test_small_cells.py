from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.comparison.small_cells import suppress

counts = st.dictionaries(st.text(max_size=3), st.integers(0, 30), min_size=1, max_size=8)


@given(counts)
def test_no_count_of_one_to_four_is_shown(given_counts):
    shown = suppress(given_counts)
    assert all(cell.count is None or cell.count == 0 or cell.count >= 5 for cell in shown.values())
    assert {k for k, c in shown.items() if c.is_hidden} == {
        k for k, n in given_counts.items() if 1 <= n <= 4
    }


@given(counts.filter(lambda one: sum(n >= 5 for n in one.values()) >= 1))
def test_beside_a_total_no_single_cell_is_hidden(given_counts):
    shown = suppress(given_counts, with_total=True)
    assert sum(cell.is_hidden for cell in shown.values()) != 1


def test_a_hidden_neighbour_is_not_called_small():
    shown = suppress({"a": 3, "b": 1200, "c": 12}, with_total=True)
    assert [cell.shown for cell in shown.values()] == ["<5", "1,200", "–"]
