"""The campaigns are `benchmarks/citizens/ballots.py`; here are short runs of them."""

import asyncio

import numpy as np
import pytest
from benchmarks.citizens.ballot_tampering import TAMPERINGS, decoded
from benchmarks.citizens.ballots import a_case, caught, power_cuts

from dalgu.services.citizens.ballots import published
from dalgu.services.citizens.ballots.recount import recount
from dalgu.services.citizens.ballots.refusals import RecountFailed
from dalgu.store.sqlite import Durability


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    return asyncio.run(a_case(folder, 12, np.random.default_rng(3)))


def test_every_kind_of_tampering_is_caught(case):
    kinds = caught(case, 8 * len(TAMPERINGS), np.random.default_rng(5))
    assert len(kinds) == len(TAMPERINGS)
    assert all(tried == found > 0 for tried, found in kinds.values())


def test_the_untouched_file_holds_with_and_without_the_key_at_hand(case):
    key = published.public_text(case.city_key)
    assert recount(case.file, key) == recount(case.file)
    assert recount(case.file).signed_by == key


def test_a_ballot_changed_by_the_city_itself_is_found_by_its_voter_alone(case):
    """The limit of a recount: who holds the key can sign anything; the receipt is the proof."""
    first, ballots, head = decoded(case.file)
    left = next(one for one in first.options if one not in ballots[0].marks)
    forged = published.BallotLine(
        ballots[0].receipt, ballots[0].token, {left: 1},
        published.ballot_digest(first.id, ballots[0].receipt, ballots[0].token, {left: 1}),
    )  # fmt: skip
    tally = published.counted(first.options, [one.marks for one in (forged, *ballots[1:])])
    again = published.HeadLine(head.box, head.closed_at, head.tokens, head.ballots, tally)
    made, _ = published.published(first, [forged, *ballots[1:]], again, case.city_key)
    assert recount(made).find(forged.receipt).ballot != ballots[0].ballot


def test_ballots_lie_in_the_order_of_random_receipts(case):
    receipts = [one.receipt for one in decoded(case.file)[1]]
    assert receipts == sorted(receipts)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"\xff\n", b'{"line":"head"}\n'])
def test_what_is_no_published_box_is_refused_with_its_line(content):
    with pytest.raises(RecountFailed) as refused:
        recount(content)
    assert refused.value.parts["line"] == 1


def test_no_acknowledged_ballot_is_lost_by_a_power_cut(tmp_path):
    totals = power_cuts(tmp_path, 6)
    assert not [kind for kind in totals if kind.startswith("cuts with")]
    assert totals["acknowledged"] > 20
    assert totals["cut off"] > 20


def test_the_unsafe_setting_fails_the_same_check(tmp_path):
    totals = power_cuts(tmp_path, 25, Durability.OFF, seed=2)
    assert [kind for kind in totals if kind.startswith("cuts with")]
