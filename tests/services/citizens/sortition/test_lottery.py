from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dalgu.services.citizens.sortition import leximin, lottery, panels
from dalgu.services.citizens.sortition.pool import Candidate, Pool, Quota, kinds_of
from dalgu.services.citizens.sortition.refusals import (
    CandidateTwice,
    PanelSizeInvalid,
    PoolTooSmall,
    QuotaInvalid,
    QuotasUnmeetable,
)

VALUES = {"sex": ("f", "m"), "age": ("young", "old", "older"), "side": ("north", "south")}


def pool_of(*rows):
    """People of rows such as "f young north"."""
    names = list(VALUES)
    return Pool(
        tuple(
            Candidate(f"p{n}", dict(zip(names, row.split(), strict=True)))
            for n, row in enumerate(rows)
        )
    )


@st.composite
def pools(draw):
    row = st.tuples(*(st.sampled_from(values) for values in VALUES.values()))
    pool = pool_of(*(" ".join(one) for one in draw(st.lists(row, min_size=3, max_size=9))))
    return pool, draw(st.integers(1, min(4, len(pool.people))))


@st.composite
def instances(draw):
    """Pools with quotas around one of their panels."""
    pool, size = draw(pools())
    slack = st.integers(0, 1)
    quotas = []
    for attribute, values in VALUES.items():
        for value in values:
            had = sum(one.attributes[attribute] == value for one in pool.people[:size])
            quotas.append(Quota(attribute, value, max(0, had - draw(slack)), had + draw(slack)))
    return pool, quotas, size


@st.composite
def impossible(draw):
    """Pools with quotas that none of their panels meets, mostly."""
    pool, size = draw(pools())
    quotas = []
    for attribute, values in VALUES.items():
        for value in values:
            least = draw(st.integers(0, 3))
            quotas.append(Quota(attribute, value, least, least + draw(st.integers(0, 1))))
    return pool, quotas, size


def holds(pool, quotas, panel):
    people = {one.id: one for one in pool.people}
    return all(
        q.least <= sum(people[one].attributes[q.attribute] == q.value for one in panel) <= q.most
        for q in quotas
    )


def every_panel(pool, quotas, size):
    ids = [one.id for one in pool.people]
    return [one for one in combinations(ids, size) if holds(pool, quotas, one)]


def leximin_by_hand(ids, found):
    """Leximin over all panels, person by person: who cannot be raised above the level is fixed."""
    seats = np.array([[one in panel for panel in found] for one in ids], dtype=float)
    fixed = {}
    while len(fixed) < len(ids):
        free = np.array([n not in fixed for n in range(len(ids))])
        floor = np.array([fixed.get(n, 0.0) for n in range(len(ids))])

        def most(cost, free=free, floor=floor):
            answer = linprog(
                cost,
                A_ub=np.hstack([-seats, free[:, None].astype(float)]),
                b_ub=-floor + 1e-9,
                A_eq=[[*np.ones(len(found)), 0.0]],
                b_eq=[1.0],
            )
            return answer.x

        level = most([*np.zeros(len(found)), -1.0])[-1]
        raised = np.where(free, level, floor)
        for n in np.flatnonzero(free):
            answer = linprog(
                -seats[n], A_ub=-seats, b_ub=-raised + 1e-9, A_eq=[np.ones(len(found))], b_eq=[1.0]
            )
            if -answer.fun <= level + 1e-6:
                fixed[n] = level
    return np.array([fixed[n] for n in range(len(ids))])


@settings(max_examples=60, deadline=None)
@given(instances())
def test_chances_are_those_of_leximin_over_every_panel_there_is(instance):
    pool, quotas, size = instance
    found = every_panel(pool, quotas, size)
    ids = [one.id for one in pool.people]
    ours = lottery.distribution(pool, quotas, size, panels=50)
    expected = np.sort(leximin_by_hand(ids, found))
    assert np.sort(list(ours.optimum.values())) == pytest.approx(expected, abs=2e-5)


@settings(max_examples=40, deadline=None)
@given(instances())
def test_every_panel_meets_the_quotas_and_chances_add_up_to_the_seats(instance):
    pool, quotas, size = instance
    found = lottery.distribution(pool, quotas, size, panels=100)
    assert all(len(set(panel)) == size and holds(pool, quotas, panel) for panel in found.panels)
    assert sum(found.probabilities) == pytest.approx(1)
    assert sum(found.per_person.values()) == pytest.approx(size)
    assert sum(found.optimum.values()) == pytest.approx(size, abs=1e-4)
    counted = {one: sum(one in panel for panel in found.panels) / 100 for one in found.per_person}
    assert found.per_person == pytest.approx(counted)


@settings(max_examples=60, deadline=None)
@given(impossible())
def test_what_cannot_be_met_is_said_with_the_least_change_that_helps(instance):
    pool, quotas, size = instance
    assume(not every_panel(pool, quotas, size))
    with pytest.raises(QuotasUnmeetable) as refused:
        lottery.distribution(pool, quotas, size)
    changes = {(one.attribute, one.value): one for one in refused.value.relaxations}
    wider = [
        Quota(q.attribute, q.value, max(0, changes[key].new_least), changes[key].new_most)
        if (key := (q.attribute, q.value)) in changes
        else q
        for q in quotas
    ]
    assert every_panel(pool, wider, size)
    asked = sum(one.least - one.new_least + one.new_most - one.most for one in changes.values())
    people = {one.id: one for one in pool.people}
    least = min(
        sum(
            max(0, q.least - had, had - q.most)
            for q in quotas
            for had in [sum(people[n].attributes[q.attribute] == q.value for n in panel)]
        )
        for panel in combinations(people, size)
    )
    assert asked == least


def test_chances_that_fractions_of_panels_reach_and_no_panels_do_are_told_apart():
    pool = pool_of("f young south", "f old north", "m young north", "m old south")
    quotas = [Quota("sex", "f", 0, 1), Quota("age", "young", 0, 1), Quota("side", "north", 0, 1)]
    kinds = kinds_of(pool, quotas, 2)
    assert leximin.over_fractions(kinds) == pytest.approx([0.5] * 4)
    found = lottery.distribution(pool, quotas, 2)  # any two of the first three share a value
    assert list(found.optimum.values()) == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1], abs=1e-6)
    assert not found.is_bound


def test_one_in_ten_of_two_hundred_gets_one_in_ten_exactly():
    rows = ["f young north"] * 60 + ["f old south"] * 40 + ["m old south"] * 100
    quotas = [Quota("sex", "f", 9, 20), Quota("sex", "m", 9, 20)]
    found = lottery.distribution(pool_of(*rows), quotas, 20)
    assert set(found.per_person.values()) == {0.1}
    assert found.is_bound
    assert len(found.panels) == lottery.PANELS
    assert lottery.gini(list(found.per_person.values())) == pytest.approx(0)


def test_people_of_one_kind_differ_by_at_most_one_panel():
    rows = ["f young north"] * 7 + ["m old south"] * 6
    found = lottery.distribution(pool_of(*rows), [Quota("sex", "f", 2, 2)], 5)
    times = [round(found.per_person[f"p{n}"] * 1000) for n in range(7)]
    assert max(times) - min(times) <= 1


def test_the_panel_of_2019_takes_29_of_each_of_eight_districts():
    rng = np.random.default_rng(7)
    people = tuple(
        Candidate(
            f"p{n}",
            {
                "district": str(rng.integers(8)),
                "age": str(rng.choice(5, p=[0.15, 0.15, 0.2, 0.25, 0.25])),
                "sex": "fm"[rng.integers(2)],
            },
        )
        for n in range(1_200)
    )
    quotas = [Quota("district", str(n), 29, 29) for n in range(8)]
    quotas += [Quota("age", str(n), 40, 55) for n in range(5)]
    quotas += [Quota("sex", value, 111, 121) for value in "fm"]
    found = lottery.distribution(Pool(people), quotas, 232, panels=100)
    assert found.is_bound
    assert all(holds(Pool(people), quotas, panel) for panel in found.panels[::20])


def test_gini_is_that_of_a_known_division():
    assert lottery.gini([1, 1, 1, 1]) == pytest.approx(0)
    assert lottery.gini([0, 0, 0, 1]) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("pool", "quotas", "size", "refusal"),
    [
        (pool_of("f young north"), [], 0, PanelSizeInvalid),
        (pool_of("f young north"), [], 2, PoolTooSmall),
        (Pool((Candidate("a", {}), Candidate("a", {}))), [], 1, CandidateTwice),
        (pool_of("f young north"), [Quota("sex", "f", 2, 1)], 1, QuotaInvalid),
        (pool_of("f young north"), [Quota("sex", "f", 0, 1)] * 2, 1, QuotaInvalid),
    ],
)
def test_what_is_no_lottery_is_refused(pool, quotas, size, refusal):
    with pytest.raises(refusal):
        lottery.distribution(pool, quotas, size)


def test_the_message_names_the_quota_and_its_change():
    pool = pool_of("f young north", "m young north", "m old south")
    with pytest.raises(QuotasUnmeetable, match="sex 'f' from 2 to 2 to 1 to 2"):
        lottery.distribution(pool, [Quota("sex", "f", 2, 2)], 2)
    assert panels.best_panel(kinds_of(pool, [Quota("sex", "f", 2, 2)], 2), np.zeros(2)) is None
