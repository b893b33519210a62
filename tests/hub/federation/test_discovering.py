"""Types and attributes of all hubs, as one hub tells them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.hub.holding import Holding, joined

CAR = "urn:ngsi-ld:Vehicle:1"
OPERATIONS = {"operations": ["associationOps"]}
ANYTHING = {"information": [{"entities": [{"type": "Vehicle"}, {"type": "Bus"}]}]}


async def told(place, path, **parameters):
    answer = await place.client.get(path, params=parameters)
    return answer.json() if answer.status_code == 200 else answer.status_code


async def bus(place):
    body = {"id": "urn:ngsi-ld:Bus:1", "type": "Bus", "speed": 1, "line": {"object": "urn:x:1"}}
    made = await place.client.post("/entities", json=body, params={"local": "true"})
    assert made.status_code == 201


def test_types_of_both_hubs_are_listed_and_described(join):
    async def scene(here, there, peers):
        await here.register("there", **OPERATIONS, **ANYTHING)
        await here.create(speed=1, color="red")
        await there.create(speed=2)
        await bus(there)
        assert (await told(here, "/types"))["typeList"] == ["Bus", "Vehicle"]
        assert (await told(here, "/types", local="true"))["typeList"] == ["Vehicle"]
        details = await told(here, "/types", details="true")
        assert {one["typeName"]: one["attributeNames"] for one in details} == {
            "Bus": ["line", "speed"], "Vehicle": ["color", "speed"],
        }  # fmt: skip
        assert (await told(here, "/types/Vehicle"))["entityCount"] == 2
        only_there = await told(here, "/types/Bus")
        assert {one["attributeName"] for one in only_there["attributeDetails"]} == {"line", "speed"}
        assert await told(here, "/types/Bus", local="true") == 404

    join(scene)


def test_attributes_of_both_hubs_are_listed_and_described(join):
    async def scene(here, there, peers):
        await here.register("there", **OPERATIONS, **ANYTHING)
        await here.create(color="red")
        await bus(there)
        listed = await told(here, "/attributes")
        assert listed["attributeList"] == ["color", "line", "speed"]
        details = await told(here, "/attributes", details="true")
        assert {one["attributeName"]: one["typeNames"] for one in details} == {
            "color": ["Vehicle"], "line": ["Bus"], "speed": ["Bus"],
        }  # fmt: skip
        line = await told(here, "/attributes/line")
        assert (line["typeNames"], line["attributeTypes"], line["attributeCount"]) == (
            ["Bus"], ["Relationship"], 1,
        )  # fmt: skip

    join(scene)


def test_a_source_tells_of_what_it_registered_only(join):
    async def scene(here, there, peers):
        info = {"entities": [{"type": "Vehicle"}], "propertyNames": ["speed"]}
        await here.register("there", information=[info], **OPERATIONS)
        await there.create(speed=2, secret=1)
        await bus(there)
        assert (await told(here, "/types"))["typeList"] == ["Vehicle"]
        assert (await told(here, "/attributes"))["attributeList"] == ["speed"]

    join(scene)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"typeList": 3}', b'{"typeList": [3]}', b"null"])
def test_a_source_that_makes_no_sense_is_warned_of(join, body):
    async def scene(here, there, peers):
        async def confused(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})

        peers.hubs["confused"] = confused
        await here.register("confused", **OPERATIONS)
        await here.create(speed=1)
        answer = await here.client.get("/types")
        assert answer.json()["typeList"] == ["Vehicle"]
        assert answer.headers["ngsild-warning"].startswith("111")

    join(scene)


names = st.sampled_from("abc")
holdings = st.dictionaries(
    names,
    st.builds(
        Holding,
        st.integers(0, 9),
        st.dictionaries(names, st.sets(st.sampled_from(["Property", "Relationship"]))),
    ),
)


@settings(deadline=None)  # the machine may be busy
@given(several=st.lists(holdings, max_size=4), order=st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(several, order):
    shuffled = list(several)
    order.shuffle(shuffled)
    assert joined(shuffled) == joined(several)
    assert sum(one.count for one in joined(several).values()) == sum(
        one.count for held in several for one in held.values()
    )
