"""Layers that are made of more than single documents."""

from datetime import UTC, datetime

import pytest

from dalgu import cities
from dalgu.access.actor import Actor, Role
from dalgu.center import drawn
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority
from dalgu.cities.places import dong_at
from dalgu.kernel.geo import distance_m
from dalgu.kernel.text import Text
from dalgu.services.water.leakage.network import Link, LinkKind, Network, Node, NodeKind

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CHIEF = Actor("person:1", Role.OPERATOR)
OF_SUSEONG = Actor("person:2", Role.OPERATOR, ("22060",))
PLACES = {"urn:x:near": (128.6, 35.87), "urn:x:far": (128.61, 35.87)}


def an_incident(number, priority, *, district="22010", place=(128.6, 35.87), things=()):
    return Incident(
        number=number, title=Text("침수", "Flood"), category="flood", sub_category="road",
        priority=priority, raised_at=NOW, rule="hand", lon=place and place[0],
        lat=place and place[1], district=district, things=dict.fromkeys(things),
    )  # fmt: skip


def shown(*incidents, actor=CHIEF):
    features = drawn.incident_features(incidents, PLACES, actor, "en")
    return {one["properties"]["number"]: one for one in features}


def test_the_gravest_incident_lies_above_the_others():
    found = shown(*(an_incident(n, priority) for n, priority in enumerate(Priority)))
    ranks = [found[n]["properties"]["rank"] for n in range(4)]
    assert ranks == sorted(ranks, reverse=True)
    assert [found[n]["properties"]["state"] for n in range(4)] == [
        "critical", "high", "medium", "low",
    ]  # fmt: skip


def test_an_incident_reaches_over_the_things_it_speaks_of():
    radius = shown(an_incident(1, Priority.P2, things=PLACES))[1]["properties"]["radiusM"]
    assert radius == pytest.approx(1.15 * distance_m(*PLACES.values()), rel=0.01)
    assert shown(an_incident(1, Priority.P2))[1]["properties"]["radiusM"] == drawn.LEAST_RADIUS_M


def test_an_incident_without_a_place_stands_where_its_first_known_thing_does():
    one = an_incident(1, Priority.P2, place=None, things=("urn:x:unknown", "urn:x:far"))
    assert shown(one)[1]["geometry"]["coordinates"] == [128.61, 35.87]
    assert shown(an_incident(2, Priority.P2, place=None)) == {}


@pytest.mark.parametrize("district", ["22010", None])
def test_another_districts_incident_is_on_nobody_elses_map(district):
    assert shown(an_incident(1, Priority.P1, district=district), actor=OF_SUSEONG) == {}
    assert list(shown(an_incident(1, Priority.P1, district="22060"), actor=OF_SUSEONG)) == [1]


def test_pipes_are_drawn_by_size_and_to_ten_metres():
    nodes = tuple(
        Node(str(n), NodeKind.JUNCTION, 128.6 + n * 0.001234567, 35.8, 20.0) for n in range(3)
    )
    links = (
        Link("main", LinkKind.PIPE, 0, 1, 110.0, 300.0, 130.0),
        Link("branch", LinkKind.PIPE, 1, 2, 110.0, 80.0, 130.0),
        Link("valve", LinkKind.VALVE, 1, 2, 0.0, 80.0, 130.0),
    )
    found = list(drawn._pipes(Network(nodes, links), "urn:x:network"))
    assert [one["properties"]["size"] for one in found] == ["main", "branch"]
    assert found[0]["geometry"]["coordinates"] == [[[128.6, 35.8], [128.6012, 35.8]]]


def test_the_reach_of_a_gateway_leaves_the_farthest_tenth_out():
    at = (128.6, 35.87)
    near = [(128.6 + 0.001 * n, 35.87) for n in range(10)]
    reach_m = drawn._reach_m(at, [*near, (129.5, 35.87)])
    assert reach_m == pytest.approx(distance_m(at, near[-1]), rel=0.001)


def test_a_home_is_known_by_its_dong_alone():
    city = cities.load("daegu")
    dong = city.dong("2201054")
    assert dong_at(city, *dong.centre).code == "2201054"
    assert dong_at(city, 127.0, 37.5) is None
