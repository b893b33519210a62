import pytest

from dalgu.hub.errors import BadRequestData
from dalgu.hub.query.order import ordered, parse_ordering
from dalgu.store.collation import collation_keys

HALL = {"type": "Point", "coordinates": [128.6, 35.87]}


def thing(name, **values):
    attributes = {key: {"type": "Property", "value": value} for key, value in values.items()}
    return {"id": name, "type": "Thing"} | attributes


def place(name, lat):
    point = {"type": "Point", "coordinates": [128.6, lat]}
    return {"id": name, "type": "Thing", "location": {"type": "GeoProperty", "value": point}}


def ids(things, text, collation=None, origin=None):
    how = parse_ordering(text, collation, origin)
    return [one["id"] for one in ordered(things, how, collation_keys)]


def test_sorts_of_values_follow_each_other_and_what_lacks_one_is_last():
    values = ["2026-01-01T00:00:00Z", "2026-01-01", "12:00:00", True, [1], {"a": 1}, "b", 2]
    things = [thing("none"), *(thing(str(n), of=value) for n, value in enumerate(values))]
    assert ids(things, "of") == ["7", "6", "5", "4", "3", "2", "1", "0", "none"]
    assert ids(things, "of;desc")[-1] == "none"


def test_the_next_term_tells_apart_what_the_first_finds_alike():
    things = [thing("a", x=1, y=1), thing("b", x=0, y=1), thing("c", x=1, y=2)]
    assert ids(things, "x;desc,y;desc") == ["c", "a", "b"]


def test_a_path_leads_into_values_and_sub_attributes():
    deep = {"of": {"type": "Property", "value": {"k": 1}, "by": {"type": "Property", "value": 9}}}
    things = [{"id": "deep"} | deep, thing("flat", of={"k": 0})]
    assert ids(things, "of[k]") == ["flat", "deep"]
    assert ids(things, "of.by") == ["deep", "flat"]


def test_places_are_ordered_by_distance():
    things = [place("far", 36.5), thing("nowhere"), place("near", 35.88)]
    assert ids(things, "location;dist-asc", origin=HALL) == ["near", "far", "nowhere"]
    assert ids(things, "location;dist-desc", origin=HALL) == ["far", "near", "nowhere"]


def test_a_language_orders_as_its_dictionary_does():
    things = [thing("b", n="b"), thing("á", n="á"), thing("A", n="A")]
    assert ids(things, "n") == ["A", "b", "á"]
    assert ids(things, "n", collation="und") == ["A", "á", "b"]
    swedish = [thing("ö", n="ö"), thing("z", n="z")]
    assert ids(swedish, "n", collation="sv") == ["z", "ö"]
    assert ids(swedish, "n", collation="de") == ["ö", "z"]


@pytest.mark.parametrize(
    ("text", "collation"),
    [("", None), ("a;up", None), ("a;dist-asc", None), ("a[b", None), ("a", "no tag!!")],
)
def test_what_is_no_order_is_refused(text, collation):
    with pytest.raises(BadRequestData):
        parse_ordering(text, collation, None)
