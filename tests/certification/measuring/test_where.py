"""A mask over columns says what the hub's own matcher says of each entity."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.measuring.cities import TestCity, urn

from dalgu.certification.measuring.where import where_mask
from dalgu.hub.query.q import attributes_of, compile_q

QUERIES = [
    'stage=="plan"',
    'stage=="plan","demo"',
    'stage!="plan"',
    "count>=2",
    "count==1..3",
    "count!=1..3",
    "count!=2",
    "count==2,3",
    "isOpen==true",
    "isOpen!=true",
    "isOpen==false;count>1|stage",
    "!stage",
    "stage;!isOpen",
    'stage~="^p"',
    'stage!~="^p"',
    'stage>"o"',
    'stage=="2026-01-01T00:00:00Z"',
    "stage<2026-06-01T00:00:00Z",
    'owner=="urn:ngsi-ld:Department:1"',
    'owner!="urn:ngsi-ld:Department:1"',
    "address[city]==1",
    'stage.note=="x"',
    'count=="2"',
    'id~=":1$"',
    'type=="Thing"|isOpen==true',
    "stage==2",
    "(count>1;isOpen==true)|owner",
]
prop = st.one_of(
    st.integers(0, 4),
    st.sampled_from(["plan", "demo", "2026-01-01T09:00:00+09:00", ""]),
    st.booleans(),
    st.lists(st.integers(0, 3), max_size=2),
    st.fixed_dictionaries({"city": st.integers(0, 2)}),
).map(lambda value: {"type": "Property", "value": value})
linked = st.sampled_from(["1", "2"]).map(
    lambda name: {"type": "Relationship", "object": urn("Department", name)}
)
attribute = st.one_of(prop, linked)
several = st.lists(prop, min_size=2, max_size=2).map(
    lambda told: [told[0], told[1] | {"datasetId": "urn:x:2"}]
)
document = st.dictionaries(
    st.sampled_from(["stage", "count", "isOpen", "owner", "address"]),
    st.one_of(attribute, several),
    max_size=5,
)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    made = TestCity(tmp_path_factory.mktemp("where"))
    yield made
    made.close()


@settings(deadline=None)
@given(st.lists(document, min_size=1, max_size=6), st.sampled_from(QUERIES))
def test_a_mask_says_what_the_matcher_says(city, documents, q):
    city.made = getattr(city, "made", 0) + 1
    kind = f"Thing{city.made}"
    entities = [{"id": urn(kind, n), "type": kind, **one} for n, one in enumerate(documents)]
    city.put(*entities)

    def work(view):
        table = view.table(kind, sorted(attributes_of(q)))
        return where_mask(view, table, q).tolist()

    expected = [compile_q(q)(one) for one in entities]
    assert city.run(city.hub.look(work)) == expected


def test_a_query_through_a_link_is_asked_of_the_hub(city):
    city.put(
        {"id": urn("Department", "a"), "type": "Department",
         "size": {"type": "Property", "value": 5}},
        {"id": urn("Desk", "1"), "type": "Desk",
         "owner": {"type": "Relationship", "object": urn("Department", "a")}},
        {"id": urn("Desk", "2"), "type": "Desk"},
    )  # fmt: skip
    found = city.run(
        city.hub.look(
            lambda view: where_mask(view, view.table("Desk", ("owner",)), "owner{size}>4")
        )
    )
    assert found.tolist() == [True, False]
