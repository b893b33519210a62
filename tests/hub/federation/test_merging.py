"""Whatever the parts of an entity are: nothing is lost, doubled or made up when they are merged."""

import copy
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.hub.federation.histories import cut_short, merged_histories, within
from dalgu.hub.federation.merging import merged, unexpired
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.merge import instances

CAR = {"id": "urn:ngsi-ld:Vehicle:1", "type": "Vehicle"}
names = st.sampled_from("abc")
datasets = st.sampled_from([None, "urn:d:1", "urn:d:2"])


def iso(day):
    return f"2026-01-{day:02}T00:00:00Z"


def instance(day, value, dataset, stamp="observedAt"):
    made = {"type": "Property", "value": value, stamp: iso(day)}
    return made if dataset is None else made | {"datasetId": dataset}


several = st.lists(
    st.builds(
        instance,
        st.integers(1, 5),
        st.integers(),
        datasets,
        st.sampled_from(["observedAt", "modifiedAt"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.get("datasetId"),
).map(lambda found: found if len(found) > 1 else found[0])
parts = st.lists(st.dictionaries(names, several).map(lambda one: CAR | one), max_size=4)


def held(document):
    """Return the instances by name and dataset; each must be there once."""
    found = {}
    for name in document.keys() - CAR.keys():
        for one in instances(document[name]):
            place = name, one.get("datasetId")
            assert place not in found
            found[place] = one
    return found


def age(one):
    return one.get("observedAt") or one["modifiedAt"]


@settings(deadline=None)  # the machine may be busy
@given(parts=parts, auxiliary=parts)
def test_each_dataset_is_there_once_with_its_newest_instance(parts, auxiliary):
    given_parts = copy.deepcopy((parts, auxiliary))
    whole = merged(parts, auxiliary)
    assert (parts, auxiliary) == given_parts
    if not parts and not auxiliary:
        assert whole is None
        return
    told = [held(one) for one in parts]
    for place, one in held(merged(parts, []) or {}).items():
        assert age(one) == max(age(by[place]) for by in told if place in by)
        assert any(by.get(place) == one for by in told)
    names_told = {name for one in (*parts, *auxiliary) for name in one}
    assert whole.keys() == names_told


@settings(deadline=None)  # the machine may be busy
@given(parts=parts, auxiliary=parts)
def test_an_auxiliary_part_changes_nothing_that_is_there(parts, auxiliary):
    alone, filled = merged(parts, []), merged(parts, auxiliary)
    if alone is not None:
        assert {name: filled[name] for name in alone} == alone


@settings(deadline=None)  # the machine may be busy
@given(part=parts.filter(len))
def test_a_part_that_comes_twice_is_there_once(part):
    assert merged([part[0]], []) == part[0]
    assert held(merged([part[0], part[0]], [])) == held(part[0])


told = st.lists(st.builds(instance, st.integers(1, 9), st.integers(0, 3), datasets), max_size=6)
histories = st.lists(st.dictionaries(names, told).map(lambda one: CAR | one), max_size=4)


def slots(document):
    found = {}
    for name in document.keys() - CAR.keys():
        for one in document[name]:
            found.setdefault((name, one.get("datasetId"), one["observedAt"]), []).append(one)
    return found


@settings(deadline=None)  # the machine may be busy
@given(parts=histories, auxiliary=histories)
def test_each_instant_is_told_by_one_source_newest_first(parts, auxiliary):
    given_parts = copy.deepcopy((parts, auxiliary))
    whole = merged_histories(parts, auxiliary)
    assert (parts, auxiliary) == given_parts
    if whole is None:
        assert not parts
        assert not auxiliary
        return
    by_source = [slots(one) for one in (*parts, *auxiliary)]
    for slot, found in slots(whole).items():
        first = next(one[slot] for one in by_source if slot in one)
        assert found == first
    assert slots(whole).keys() == {slot for one in by_source for slot in one}
    for name in whole.keys() - CAR.keys():
        instants = [one["observedAt"] for one in whole[name]]
        assert instants == sorted(instants, reverse=True)


@settings(deadline=None)  # the machine may be busy
@given(parts=histories.filter(len))
def test_histories_merged_twice_are_the_same(parts):
    once = merged_histories(parts, [])
    assert slots(merged_histories([once, once], [])) == slots(once)


@settings(deadline=None)  # the machine may be busy
@given(
    parts=histories.filter(len),
    most=st.integers(1, 5),
    last=st.none() | st.integers(1, 5),
)
def test_what_is_cut_short_is_cut_at_one_instant(parts, most, last):
    query = TemporalQuery(Query(), most=most, last=last)
    whole = within(merged_histories(parts, []), query)
    before = slots(whole)
    cut = cut_short([whole], query, [])
    longest = max((len(whole[name]) for name in whole.keys() - CAR.keys()), default=0)
    if cut is None:
        assert longest <= most
        assert slots(whole) == before
        return
    kept = {
        (name, one.get("datasetId"), one["observedAt"]): [one]
        for name in whole.keys() - CAR.keys()
        for one in whole[name]
        if "value" in one
    }
    instants = [datetime.fromisoformat(at) for _, _, at in kept]
    assert (min(instants), max(instants)) == cut
    for _, _, at in before.keys() - kept.keys():
        there = datetime.fromisoformat(at).astimezone(UTC)
        assert there > cut[1] if last is None else there < cut[0]


def test_an_auxiliary_instance_never_replaces_one_however_new_it_is():
    old, new = {"modifiedAt": iso(1)}, {"modifiedAt": iso(9)}
    part = CAR | {"a": [instance(1, 1, None) | old]}
    late = CAR | {"a": [instance(1, 2, None) | new, instance(2, 3, None) | new]}
    assert [one["value"] for one in merged_histories([part], [late])["a"]] == [3, 1]
    assert [one["value"] for one in merged_histories([part, late], [])["a"]] == [3, 2]


def test_parts_expire_as_each_says_and_the_whole_as_the_last_one():
    soon, late = {"expiresAt": iso(2)}, {"expiresAt": iso(9)}
    first, second = CAR | {"a": instance(1, 1, None)}, CAR | {"b": instance(1, 2, None)}
    assert "expiresAt" not in merged([first | soon, second], [])
    assert merged([first | soon, second], [])["a"]["expiresAt"] == iso(2)
    both = merged([first | soon, second | late], [])
    assert (both["expiresAt"], both["a"]["expiresAt"]) == (iso(9), iso(2))
    assert merged([first | soon, second | soon], [])["expiresAt"] == iso(2)


def test_what_has_expired_is_no_part():
    now = datetime(2026, 1, 5, tzinfo=UTC)
    gone, there = instance(1, 1, None) | {"expiresAt": iso(4)}, instance(1, 2, "urn:d:1")
    assert unexpired(CAR | {"a": gone, "expiresAt": iso(4)}, now) is None
    assert unexpired(CAR | {"a": [gone, there], "b": gone}, now) == CAR | {"a": there}
