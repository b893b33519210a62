"""The q language against examples, and against a naive reading of random trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.context import ContextSet
from dalgu.hub.document import parse_entity
from dalgu.hub.errors import HubError, QueryInvalid, TooComplexQuery
from dalgu.hub.query.q import attributes_of, compile_q, expand_q

CAR = parse_entity(
    {
        "id": "urn:ngsi-ld:Vehicle:1",
        "type": "Vehicle",
        "speed": {"value": 50, "observedAt": "2026-01-01T10:00:00Z", "accuracy": {"value": 0.9}},
        "brand": "Hyundai Ioniq",
        "isParked": False,
        "owner": {"object": "urn:ngsi-ld:Person:7"},
        "address": {"value": {"city": "Daegu", "street": {"number": 2}}},
        "name": {"languageMap": {"ko": "차", "en": "car"}},
        "tags": {"value": ["fast", "red"]},
        "seen": "2026-01-01T10:00:00Z",
        "price": [{"value": 10}, {"value": 20, "datasetId": "urn:x:summer"}],
        "doors": {"objectList": ["urn:x:d1", "urn:x:d2"]},
    }
)


@pytest.mark.parametrize(
    "q",
    [
        "speed",
        "speed==50",
        "speed==50.0",
        "speed!=51",
        "speed>49",
        "speed>=50;speed<=50",
        "speed==40..60",
        "speed==10,50,90",
        'brand~="^Hyundai"',
        "brand~=Ioni",
        'brand!~="Kia"',
        "isParked==false",
        'owner=="urn:ngsi-ld:Person:7"',
        "owner==urn:ngsi-ld:Person:7",
        'address[city]=="Daegu"',
        "address[street.number]<3",
        'name[ko]=="차"',
        'name[*]=="car"',
        'tags=="red"',
        'tags!="blue"',
        "seen>2026-01-01T09:00:00Z",
        "seen==2026-01-01T19:00:00+09:00",
        "speed.accuracy>0.5",
        "speed.observedAt>=2026-01-01T10:00:00Z",
        "price==20",
        "price>15",
        'doors=="urn:x:d2"',
        "!colour",
        "speed>100|isParked==false",
        "(speed>100|speed>40);isParked==false",
        "speed>100;nothing|brand",
        'brand=="a"|(speed==50;(isParked==false|speed==1))',
    ],
)
def test_it_holds(q):
    assert compile_q(q)(CAR)


@pytest.mark.parametrize(
    "q",
    [
        "colour",
        "colour!=1",
        "!speed",
        "speed>50",
        'speed=="50"',
        "speed==true",
        "isParked==0",
        "brand>5",
        "speed==51..60",
        "speed!=50",
        "speed!=40..60",
        'tags!="red"',
        'address[town]=="Daegu"',
        "speed.unitCode",
        "isParked>false",
        "speed;colour",
        'brand!~="Hyundai"',
    ],
)
def test_it_does_not_hold(q):
    assert not compile_q(q)(CAR)


@pytest.mark.parametrize(
    "q",
    ["", ";", "speed=", "speed==", "speed>>1", "(speed", "speed)", "a[b", "speed==foo bar", "==1",
     'a=="x', "a==1..", "a==1,", "a..b", "a~=", "a~=[", "|a", "a|", "a==1 2", "<a"],
)  # fmt: skip
def test_what_is_no_q_is_refused(q):
    with pytest.raises(QueryInvalid):
        compile_q(q)


@pytest.mark.parametrize(
    "q",
    ["a~=(x+x+)+y", 'a~="(a|aa)+$"', "a~=" + "x" * 300, "a~=x*y*z*w", r'a~="(a)\1"', 'a~="(?=a)"',
     "(" * 50 + "a" + ")" * 50, ";".join(["a"] * 300), "a{" * 50 + "b" + "}" * 50, "a" * 9000],
)  # fmt: skip
def test_what_costs_too_much_is_refused(q):
    with pytest.raises(TooComplexQuery):
        compile_q(q)


def answer_to(q):
    try:
        return compile_q(q)(CAR)
    except HubError as refusal:
        return refusal.status


@given(st.text('ab.[](){};|=!<>~",123* \\\ud800é%-:TZ', max_size=25))
def test_any_text_is_a_query_or_a_typed_refusal(text):
    assert answer_to(text) in (True, False, 400, 403)


def test_names_are_expanded_and_iris_keep_their_dots():
    context = ContextSet().resolve({"fast": "https://a.example/v1.0/fast"})
    expanded = expand_q('fast.accuracy>1;(brand=="a,b"|speed==1..2)', context)
    assert expanded == '<https://a.example/v1.0/fast>.accuracy>1;(brand=="a,b"|speed==1..2)'
    assert expand_q(expanded, context) == expanded
    assert attributes_of(expanded) == {"https://a.example/v1.0/fast", "brand", "speed"}


NUMBERS = st.integers(-3, 3)
leaves = st.tuples(
    st.sampled_from("abc"), st.sampled_from(["==", "!=", "<", ">", "<=", ">="]), NUMBERS
)
trees = st.recursive(
    leaves,
    lambda inner: st.tuples(st.sampled_from(";|"), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=8,
)


def written(tree):
    if len(tree) == 3:
        return f"{tree[0]}{tree[1]}{tree[2]}"
    return "(" + tree[0].join(map(written, tree[1])) + ")"


def naive(tree, values):
    if len(tree) == 3:
        name, sign, number = tree
        return name in values and eval(f"{values[name]}{sign}{number}")
    return (all if tree[0] == ";" else any)(naive(part, values) for part in tree[1])


@given(trees, st.dictionaries(st.sampled_from("abc"), NUMBERS))
def test_a_random_tree_reads_as_a_person_reads_it(tree, values):
    document = parse_entity({"id": "urn:x:1", "type": "T", **values})
    assert compile_q(written(tree))(document) is bool(naive(tree, values))
