"""Words for flags: sorted, each once, nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.wmbus.decoders.words import joined, words_for

BITS = {"1": "DRY", "2": "LEAK", "30": "BOTH"}


@given(number=st.integers(0, 2**16 - 1))
def test_every_bit_is_told(number):
    words = words_for(number, bits=BITS, prefix="FLAGS").split()
    known = sum(int(key, 16) for key, word in BITS.items() if word in words)
    rest = sum(int(word.removeprefix("FLAGS_"), 16) for word in words if "FLAGS_" in word)
    assert known | rest == number
    assert words == sorted(set(words))


def test_a_whole_number_may_have_a_word_of_its_own():
    assert words_for(3, values={"3": "SMOKE"}, bits=BITS, prefix="FLAGS") == "SMOKE"


def test_ok_is_said_only_where_nothing_else_is():
    assert joined([]) == joined(["OK"]) == "OK"
    assert joined(["OK", "LEAK DRY", "DRY"]) == "DRY LEAK"
