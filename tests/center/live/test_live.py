import json

import pytest

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.center.incidents.deeds import Closed, Joined, Raised, Seen
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.live.live import MOST_READERS, Position, TooManyReaders, may_watch
from dalgu.center.live.outbox import MOST_PIECES, Audience, Outbox
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.services.parking.entities import OffStreetParking

CHIEF = Actor("person:chief", Role.ADMINISTRATOR)
CITY_WIDE = Actor("person:1", Role.OPERATOR)
OF_SUSEONG = Actor("person:2", Role.OPERATOR, ("22060",))


def raised(district=None):
    return Raised("누수", "Leak", "water", "leak", Priority.P2, "hand", district=district)


def an_outbox(actor=CITY_WIDE, language="en", layers=("parking",)):
    return Outbox(Audience.of(actor, language), frozenset(layers))


async def heard(outbox):
    """What comes next, as kind and body."""
    await outbox.wait(10)
    events = b"".join(outbox.take()).decode().split("\n\n")[:-1]
    lines = (event.split("\n") for event in events)
    return [(kind[7:], json.loads(data[6:])) for kind, data in lines]


def a_lot(number, free, **more):
    at = {"type": "Point", "coordinates": [128.6, 35.86]}
    return OffStreetParking(
        id=entity_id("OffStreetParking", str(number)),
        available_spot_number=free,
        total_spot_number=80,
        location=at,
        **more,
    )


def test_a_raised_incident_reaches_every_reader_in_their_language(tell):
    async def story(center):
        korean, english = an_outbox(language="ko"), an_outbox(language="en")
        for one in (korean, english):
            await center.live.join(one, center.live.position)
        await center.incidents.raise_incident(raised(), Joined(("urn:a",)))
        return await heard(korean), await heard(english)

    [(kind, ko)], [(_, en)] = tell(story)
    assert kind == "rows"
    assert (ko["rows"][0]["title"], en["rows"][0]["title"]) == ("누수", "Leak")
    assert en["rows"][0]["number"] == 1
    assert en["gone"] == []


def test_a_reader_of_one_district_is_not_told_of_others_nor_of_none(tell):
    async def story(center):
        outbox = an_outbox(OF_SUSEONG)
        await center.live.join(outbox, center.live.position)
        for district in ("22010", None, "22060"):
            await center.incidents.raise_incident(raised(district=district))
        told = []
        while not told:
            told = await heard(outbox)
        return told

    [(_, said)] = tell(story)
    assert [row["number"] for row in said["rows"]] == [3]


def test_a_closed_incident_is_told_and_is_gone(tell):
    async def story(center):
        await center.incidents.raise_incident(raised())
        outbox = an_outbox()
        await center.live.join(outbox, center.live.position)
        await center.incidents.note(1, [Closed(Outcome.RESOLVED, "mended")], SYSTEM)
        said = {"gone": []}
        while not said["gone"]:
            [(_, said)] = await heard(outbox)
        return said

    said = tell(story)
    assert said["rows"][0]["status"] == "closed"
    assert said["gone"] == [1]


def test_who_comes_new_loads_all_and_who_comes_back_gets_what_was_missed(tell):
    async def story(center):
        await center.incidents.raise_incident(raised())
        await center.incidents.raise_incident(raised())
        left = Position(await center.hub.head(), center.live._ground.logbook.head)
        await center.incidents.note(2, [Seen()], CHIEF)
        await center.hub.upsert([a_lot(1, 12)])
        new, back = an_outbox(), an_outbox()
        await center.live.join(new, None)
        await center.live.join(back, left)
        return await heard(new), await heard(back)

    new, back = tell(story)
    assert new[0] == ("rows", {"rows": [], "gone": [], "reload": True})
    said = dict(back)
    assert [(row["number"], row["status"]) for row in said["rows"]["rows"]] == [(2, "seen")]
    assert said["features"]["features"][0]["properties"]["text"] == "12"


def test_a_changed_lot_is_told_to_those_who_look_at_lots(tell):
    async def story(center):
        looking, others = an_outbox(), an_outbox(layers=("water",))
        for one in (looking, others):
            await center.live.join(one, center.live.position)
        await center.hub.upsert([a_lot(1, 7)])
        return await heard(looking), others.take()

    told, nothing = tell(story)
    assert told[0][1]["features"][0]["properties"]["id"] == "urn:ngsi-ld:OffStreetParking:1"
    assert nothing == []


def test_of_what_was_deleted_nobody_learns_the_name(tell):
    async def story(center):
        await center.hub.upsert([Device(id=entity_id("Device", "home:7"), category="careGateway")])
        outbox = an_outbox(layers=("gateways",))
        await center.live.join(outbox, Position(await center.hub.head(), 0))
        await center.hub.delete(entity_id("Device", "home:7"))
        return await heard(outbox)

    assert tell(story) == [("refresh", {"layer": "gateways"})]


def test_more_changes_than_are_worth_telling_make_the_page_load_the_layer(tell):
    async def story(center):
        outbox = an_outbox()
        await center.live.join(outbox, center.live.position)
        await center.hub.upsert([a_lot(number, 3) for number in range(MOST_PIECES + 1)])
        return await heard(outbox)

    assert tell(story) == [("refresh", {"layer": "parking"})]


def test_a_layer_that_a_role_may_not_see_is_no_wish(tell):
    outbox = an_outbox(Actor("token:1", Role.SERVICE))
    assert not may_watch(outbox, "water")
    assert may_watch(an_outbox(), "water")
    assert not may_watch(an_outbox(), "treasure")


def test_one_page_too_many_is_refused_until_one_is_closed(tell):
    async def story(center):
        open_ones = [an_outbox() for _ in range(MOST_READERS)]
        for one in open_ones:
            await center.live.join(one, center.live.position)
        with pytest.raises(TooManyReaders):
            center.live.check_room()
        center.live.leave(open_ones[0])
        center.live.check_room()
        return len(center.live.readers)

    assert tell(story) == MOST_READERS - 1
