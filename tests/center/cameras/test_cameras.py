import asyncio
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from tests.center.cameras.conftest import HERE, MINUTE, OPERATOR, a_camera

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.access.policy import DistrictNotAllowed
from dalgu.center.cameras.cameras import Asked
from dalgu.center.cameras.deeds import Expired, Granted, Looked, Opened, Revoked
from dalgu.center.cameras.grants import GrantNotExisting, GrantOver, Standing
from dalgu.center.cameras.purposes import (
    PurposeNotLawful,
    ReceiverNotLawful,
    purposes,
    receivers,
)
from dalgu.center.cameras.refusals import CamerasNotCounted, GrantTooLong, IncidentOver
from dalgu.center.cameras.register import CameraNotExisting
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.words import Outcome
from dalgu.kernel.ids import entity_id

ELSEWHERE = Actor("person:elsewhere", Role.OPERATOR, ("22310",))


def asked(incident, **changes):
    given = Asked(incident.number, "119", "지휘차 3", "life", 30, ("camera:1",))
    return replace(given, **changes)


def test_near_follows_the_hub(place):
    found = place.run(place.cameras.near(*HERE))
    assert [(one.camera.key, one.sees) for one in found] == [
        ("camera:1", True), ("camera:2", False), ("camera:3", False)
    ]  # fmt: skip
    place.run(place.hub.upsert([a_camera("4", south_m=30)]))
    place.run(place.hub.delete(entity_id("Device", "camera", "3")))
    again = place.run(place.cameras.near(*HERE))
    assert [one.camera.key for one in again] == ["camera:4", "camera:1", "camera:2"]


def test_what_is_shown_to_everybody_has_no_more_than_forty_columns(place):
    camera = place.run(place.cameras.camera("camera:1"))
    picture = place.run(place.cameras.overview(OPERATOR, camera))
    assert Image.open(BytesIO(picture.body)).size == (40, 22)
    assert picture.is_synthetic
    assert not picture.is_clear


def test_a_clear_image_needs_a_lawful_purpose_and_stands_in_chain_and_book(place):
    incident, camera = place.incident(), place.run(place.cameras.camera("camera:1"))
    with pytest.raises(PurposeNotLawful):
        place.run(place.cameras.see(OPERATOR, camera, "curiosity", incident.number))
    assert place.audit("camera.see") == []
    for _ in range(3):
        picture = place.run(place.cameras.see(OPERATOR, camera, "fire", incident.number))
    assert picture.is_clear
    assert Image.open(BytesIO(picture.body)).size == (640, 360)
    [entry] = place.audit("camera.see")  # three images within a minute are one look
    assert (entry.actor, entry.target, entry.purpose) == (OPERATOR.id, camera.id, "fire")
    assert entry.facts == {"incident": incident.id}
    assert place.book(incident)[-1] == (OPERATOR.id, Looked(camera.id, "fire"))
    place.run(place.clock.advance(MINUTE))
    place.run(place.cameras.see(OPERATOR, camera, "fire", incident.number))
    assert len(place.audit("camera.see")) == 2
    assert sum(isinstance(deed, Looked) for _, deed in place.book(incident)) == 1


def test_a_camera_of_another_district_shows_nothing_not_even_blurred(place):
    incident, camera = place.incident(), place.run(place.cameras.camera("camera:1"))
    with pytest.raises(DistrictNotAllowed):
        place.run(place.cameras.overview(ELSEWHERE, camera))
    with pytest.raises(DistrictNotAllowed):
        place.run(place.cameras.see(ELSEWHERE, camera, "fire"))
    with pytest.raises(DistrictNotAllowed):
        place.run(place.cameras.grant(ELSEWHERE, asked(incident)))
    assert {entry.outcome for entry in place.audit("camera.see")} == {"refused"}


def test_a_grant_shows_its_cameras_for_its_time_and_every_look_is_written_down(place):
    incident = place.incident()
    grant, secret = place.run(place.cameras.grant(OPERATOR, asked(incident)))
    assert grant.until == place.clock.now() + 30 * MINUTE
    assert secret not in str(place.book(incident))
    picture = place.run(place.cameras.see_by_grant(secret, "camera:1"))
    assert picture.is_clear
    [entry] = place.audit("camera.see")
    assert (entry.actor, entry.purpose) == (f"grant:{grant.id}", "life")
    with pytest.raises(CameraNotExisting):  # it has not been granted
        place.run(place.cameras.see_by_grant(secret, "camera:2"))
    place.run(place.clock.advance(30 * MINUTE))
    with pytest.raises(GrantOver):
        place.run(place.cameras.see_by_grant(secret, "camera:1"))
    kinds = [type(deed) for _, deed in place.book(incident)]
    assert kinds == [Granted, Opened, Expired]
    assert place.book(incident)[-1][0] == "system"


def test_a_grant_is_taken_back_at_once_and_only_once(place):
    incident = place.incident()
    grant, secret = place.run(place.cameras.grant(OPERATOR, asked(incident)))
    for _ in range(2):
        place.run(place.cameras.revoke(OPERATOR, grant.id, "상황 종료"))
    with pytest.raises(GrantOver):
        place.run(place.cameras.see_by_grant(secret, "camera:1"))
    assert [type(deed) for _, deed in place.book(incident)] == [Granted, Revoked]
    assert grant.reason == "상황 종료"


def test_a_grant_ends_with_its_incident(place):
    incident = place.incident()
    grant, secret = place.run(place.cameras.grant(OPERATOR, asked(incident)))
    close = [Closed(Outcome.FALSE_ALARM, "연기가 아님")]
    place.run(place.rooms.incidents.note(incident.number, close, SYSTEM))
    assert place.run(place.cameras.end_due()) == 1
    assert place.run(place.cameras.opened(secret)).standing is Standing.EXPIRED
    assert grant.reason == "incident"
    with pytest.raises(IncidentOver):
        place.run(place.cameras.grant(OPERATOR, asked(incident)))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"purpose": "curiosity"}, PurposeNotLawful),
        ({"receiver": "newspaper"}, ReceiverNotLawful),
        ({"purpose": "crime"}, ReceiverNotLawful),  # of the police alone
        ({"minutes": 61}, GrantTooLong),
        ({"minutes": 0}, GrantTooLong),
        ({"cameras": ()}, CamerasNotCounted),
        ({"cameras": ("camera:none",)}, CameraNotExisting),
    ],
)
def test_a_grant_beyond_the_law_is_refused(place, changes, refusal):
    incident = place.incident()
    with pytest.raises(refusal):
        place.run(place.cameras.grant(OPERATOR, asked(incident, **changes)))
    assert place.cameras.grants.all == {}


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "x" * 4000])
def test_a_guessed_link_opens_nothing(place, secret):
    place.run(place.cameras.grant(OPERATOR, asked(place.incident())))
    with pytest.raises(GrantNotExisting):
        place.run(place.cameras.see_by_grant(secret, "camera:1"))


def test_each_purpose_names_known_receivers_and_a_basis():
    codes = {one.code for one in receivers()}
    assert len({one.code for one in purposes()}) == len(purposes())
    for purpose in purposes():
        assert purpose.receivers
        assert set(purpose.receivers) <= codes
        assert "제" in purpose.basis.ko
        assert 1 <= purpose.max_minutes <= 24 * 60


def test_a_grant_that_nobody_opens_ends_by_itself(place):
    grant, _ = place.run(place.cameras.grant(OPERATOR, asked(place.incident())))

    book = place.rooms.ground.logbook

    async def half_an_hour():
        work = asyncio.ensure_future(place.cameras.run())
        for _ in range(31):
            await asyncio.sleep(0.002)
            await place.clock.advance(MINUTE)
        async with asyncio.timeout(5):
            while grant.standing is Standing.OPEN:
                await book.wait(book.head)
        work.cancel()

    place.run(half_an_hour())
    assert (grant.standing, grant.reason) == (Standing.EXPIRED, "time")
