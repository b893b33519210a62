import json
from collections import Counter

import pytest

from dalgu.services.citizens.sortition import draw, lottery
from dalgu.services.citizens.sortition.pool import Candidate, Pool, Quota
from dalgu.services.citizens.sortition.refusals import (
    AlternateNotExisting,
    CommitmentOther,
    SeedTooShort,
)

POOL = Pool(tuple(Candidate(f"p{n}", {"sex": "fm"[n % 2]}) for n in range(12)))
QUOTAS = [Quota("sex", "f", 2, 2), Quota("sex", "m", 2, 2)]
FOUND = lottery.distribution(POOL, QUOTAS, 4, panels=60)
SEED = b"a persimmon tree, three cats, 17"


def proof():
    return json.loads(json.dumps(draw.draw(FOUND, SEED).proof))


def test_a_draw_is_checked_from_its_published_file_alone():
    drawn = draw.draw(FOUND, SEED, commitment=draw.commit(SEED, POOL))
    published = json.loads(json.dumps(drawn.proof))
    assert draw.verify(published)
    assert drawn.panel in FOUND.panels
    assert {*drawn.panel, *drawn.alternates} == {one.id for one in POOL.people}
    assert draw.chances(published) == pytest.approx(dict(FOUND.per_person))


def other_number(told):
    told["number"] = (told["number"] + 1) % 60


def other_panel(told):
    told["panel"] = [told["pool"][n][0] for n in told["panels"][(told["number"] + 1) % 60]]


def friend_in_every_panel(told):
    told["panels"] = [[0, *[n for n in panel if n != 0][:3]] for panel in told["panels"]]


def other_seed(told):
    told["seed"] = b"another seed that is long enough".hex()


def other_pool(told):
    told["pool"][0][1]["sex"] = "m"


def new_contribution(told):
    told["contribution"] = "00"


def other_quota(told):
    told["quotas"][0][2] = 3


def alternates_turned(told):
    told["alternates"].reverse()


def panels_turned(told):
    told["panels"].reverse()


def not_a_number(told):
    told["seed"] = "zz"


def a_stranger(told):
    told["panels"][0][0] = 99


@pytest.mark.parametrize(
    "tamper",
    [other_number, other_panel, friend_in_every_panel, other_seed, other_pool, new_contribution,
     other_quota, alternates_turned, panels_turned, not_a_number, a_stranger],
)  # fmt: skip
def test_whatever_is_changed_afterwards_is_found(tamper):
    told = proof()
    tamper(told)
    assert not draw.verify(told)
    assert draw.faults(told)


def test_every_panel_is_drawn_by_some_seed_and_none_much_more_often():
    numbers = Counter(
        draw.draw(FOUND, f"seed number {n} of the test".encode()).proof["number"]
        for n in range(1_200)
    )
    assert set(numbers) == set(range(60))
    chi = sum((numbers[n] - 20) ** 2 / 20 for n in range(60))
    assert chi < 100  # 59 degrees of freedom: beyond it once in 1,500 draws


def test_a_contribution_changes_the_draw_and_stands_in_the_proof():
    drawn = {draw.draw(FOUND, SEED, contribution=bytes([n])).proof["number"] for n in range(20)}
    assert len(drawn) > 5
    assert draw.verify(draw.draw(FOUND, SEED, contribution=b"6 11 24 30 38 45").proof)


def test_a_seed_that_is_not_the_committed_one_draws_nothing():
    with pytest.raises(CommitmentOther):
        draw.draw(FOUND, SEED, commitment=draw.commit(b"y" * 16, POOL))
    with pytest.raises(SeedTooShort):
        draw.commit(b"short", POOL)


def test_who_cannot_come_is_replaced_so_that_quotas_hold():
    told = proof()
    leaving = told["panel"][0]
    sex = {one: value["sex"] for one, value in told["pool"]}
    panel = draw.replaced(told, [leaving])
    assert leaving not in panel
    assert Counter(sex[one] for one in panel) == {"f": 2, "m": 2}
    new = next(iter(set(panel) - set(told["panel"])))
    assert new == next(one for one in told["alternates"] if sex[one] == sex[leaving])


def test_a_seat_that_nobody_can_take_is_told():
    pool = Pool((Candidate("a", {"sex": "f"}), Candidate("b", {"sex": "m"})))
    found = lottery.distribution(pool, [Quota("sex", "f", 1, 1)], 1, panels=10)
    with pytest.raises(AlternateNotExisting):
        draw.replaced(draw.draw(found, SEED).proof, ["a"])
