import io

import pytest
from PIL import Image

from dalgu.access.actor import ANONYMOUS, Actor, Kind, Role
from dalgu.kernel.terms import ExtensionsUsedUp, TermNotRunning, TermState
from dalgu.services.citizens.people.levels import Level, LevelTooLow
from dalgu.services.citizens.requests import refusals, terms
from dalgu.services.citizens.requests.deeds import Moved
from dalgu.services.citizens.requests.draft import Contact, Draft, Word
from dalgu.services.citizens.requests.rules import NEXT
from dalgu.services.citizens.requests.words import EXTENDED, MEANINGS, STATES, Reason, State

HERE = {"lon": 128.6250, "lat": 35.8590}
SPOT = (HERE["lon"], HERE["lat"])
CLIENT = Actor("token:app", Role.SERVICE, kind=Kind.TOKEN)
DEPARTMENT = "22060/light"


def a_draft(text="가로등이 꺼졌습니다", code="streetlight", **more):
    asked = {"streetlight": {"fault": ["out"]}}.get(code, {})
    return Draft(code, text, **({"attributes": asked} | HERE | more))


def filed(town, actor=ANONYMOUS, **more):
    return town.run(town.rooms.requests.take(actor, a_draft(**more)))


def moved(town, number, state, **more):
    deed = Moved(number, state, more.pop("department", DEPARTMENT), **more)
    return town.run(town.rooms.requests.work.move(town.staff, deed))


def fixed(town, number):
    return moved(town, number, State.FIXED, done="전구를 갈았습니다")


def a_photo(size=(1600, 1200), exif=True):
    image, body = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    meta = Image.Exif()
    if exif:
        meta[0x010F] = "Camera of Kim"
        meta.get_ifd(0x8825)[2] = (35.0, 51.0, 0.0)
    image.save(body, "JPEG", exif=meta, comment=b"home")
    return body.getvalue()


def test_a_guest_files_and_it_survives_a_restart(town):
    receipt = filed(town)
    rooms = town.again()
    request = rooms.requests.get(receipt.number)
    assert (request.state, request.filed.district, request.department) == (
        State.SUBMITTED, request.filed.district, f"{request.filed.district}/light",
    )  # fmt: skip
    assert request.filed.dong
    assert rooms.requests.is_reporter(ANONYMOUS, request, receipt.code.lower())
    assert not rooms.requests.is_reporter(ANONYMOUS, request, "WRONG")
    [entity] = town.mirrored("ServiceRequest")
    assert entity["status"]["value"] == "open"
    assert entity["detailedStatus"]["value"] == "submitted"


def test_what_tells_who_somebody_is_stands_nowhere_but_in_the_vault(town):
    contact = Contact("김달구", "kim@example.org", "010-1234-5678")
    told = "제 번호 010-1234-5678, 주민번호 900101-1234567, 차 12가3456"
    receipt = filed(town, text=told, address="수성구 범어1동 김달구 010-9999-8888", contact=contact)
    everything = repr(town.ground.book.after(0)) + repr(town.mirrored("ServiceRequest"))
    for secret in ("1234-5678", "1234567", "12가3456", "kim@example.org", "9999-8888"):
        assert secret not in everything
    work = town.rooms.requests.work
    assert town.run(work.contact(town.staff, receipt.number, "call back")) == contact
    viewer = Actor("person:v", Role.VIEWER)
    with pytest.raises(Exception, match=r"may not do 'person\.open'"):
        town.run(work.contact(viewer, receipt.number, "curious"))


def test_who_left_no_contact_cannot_be_called(town):
    with pytest.raises(refusals.ContactNotGiven):
        town.run(town.rooms.requests.work.contact(town.staff, filed(town).number, "call"))


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"code": ""}, refusals.ServiceCodeRequired),
        ({"code": "ufo"}, refusals.ServiceCodeNotExisting),
        ({"lon": None}, refusals.RequestPlaceRequired),
        ({"lon": 127.0, "lat": 37.5}, refusals.RequestPlaceOutside),
        ({"lon": None, "address": "Paris"}, refusals.RequestPlaceUnknown),
        ({"lon": None, "address_id": "9"}, refusals.RequestPlaceUnknown),
        ({"attributes": {}}, refusals.RequestAttributeRequired),
        ({"attributes": {"fault": ["melted"]}}, refusals.RequestAttributeInvalid),
        ({"attributes": {"fault": ["out", "day"]}}, refusals.RequestAttributeInvalid),
        ({"photos": (b"no image",)}, refusals.PhotoUnreadable),
        ({"photos": (b"x",) * 9}, refusals.TooManyPhotos),
        ({"media_url": "javascript:alert(1)"}, refusals.RequestArgumentInvalid),
    ],
)
def test_what_cannot_be_filed_is_refused_and_nothing_is_written(town, more, refusal):
    with pytest.raises(refusal):
        filed(town, **more)
    assert not town.rooms.requests.all
    assert town.ground.book.head == 0


def test_a_client_that_sends_again_files_once(town):
    first, again = filed(town, CLIENT, token="t-1"), filed(town, CLIENT, token="t-1")
    assert (first.number, first.is_new) == (again.number, not again.is_new)
    assert town.rooms.requests.of_token("t-1").number == first.number
    with pytest.raises(refusals.Open311TokenUnknown):
        town.rooms.requests.of_token("t-2")


def test_a_photo_keeps_nothing_of_its_camera_and_is_coarse_until_somebody_looked(town):
    requests = town.rooms.requests
    number = filed(town, photos=(a_photo(),)).number
    [photo] = requests.get(number).photos.values()
    clear = town.run(town.ground.hub.kept(photo.clear))
    coarse = town.run(town.ground.hub.kept(photo.coarse))
    for body in (clear, coarse):
        image = Image.open(io.BytesIO(body))
        assert not image.getexif()
        assert b"Camera of Kim" not in body
        assert b"home" not in body
    assert Image.open(io.BytesIO(clear)).size == (1280, 960)
    assert Image.open(io.BytesIO(coarse)).width == 32
    assert photo.coarse not in requests.get(number).clear
    town.run(requests.work.clear_photo(town.staff, number, photo.coarse))
    assert photo.coarse in requests.get(number).clear
    town.run(requests.work.remove_photo(town.staff, number, photo.coarse))
    assert not requests.get(number).photos


def test_every_answer_says_what_the_reporter_must_know(town):
    number = filed(town).number
    for state, more, part in [
        (State.SCHEDULED, {"done": "부품을 기다립니다"}, "next_on"),
        (State.FIXED, {}, "done"),
        (State.CLOSED_NOT_FIXED, {"done": "안 됩니다", "reason": Reason.NO_MONEY}, "remedy"),
        (State.CLOSED_NOT_FIXED, {"done": "안 됩니다", "remedy": "이의신청"}, "reason"),
        (State.NOT_OURS, {"done": "넘겼습니다"}, "transferred_to"),
        (State.DUPLICATE, {}, "parent"),
        (State.FIXED, {"done": "고침", "department": ""}, "department"),
    ]:
        with pytest.raises(refusals.RequestAnswerIncomplete, match=part):
            moved(town, number, state, **more)
    assert town.rooms.requests.get(number).state is State.SUBMITTED


def test_nothing_leads_out_of_an_end_but_its_reporter(town):
    requests = town.rooms.requests
    receipt = filed(town)
    fixed(town, receipt.number)
    with pytest.raises(refusals.RequestStepNotPossible):
        moved(town, receipt.number, State.ASSIGNED)
    with pytest.raises(refusals.NotTheReporter):
        town.run(requests.work.reopen(town.citizen(), receipt.number, "아직 꺼져 있습니다"))
    town.run(
        requests.work.reopen(ANONYMOUS, receipt.number, "아직 꺼져 있습니다", code=receipt.code)
    )
    request = requests.get(receipt.number)
    assert (request.state, requests.is_open(request)) == (State.REOPENED, True)
    assert request.term.is_open
    fixed(town, receipt.number)
    town.wait(days=31)
    with pytest.raises(refusals.TooLateToReopen):
        town.run(
            requests.work.reopen(ANONYMOUS, receipt.number, "또 꺼졌습니다", code=receipt.code)
        )


def test_the_citizen_who_filed_reopens_without_a_code_and_another_cannot(town):
    citizen = town.citizen(Level.EMAIL)
    number = filed(town, citizen).number
    fixed(town, number)
    town.again()
    town.run(town.rooms.requests.work.reopen(citizen, number, "아직입니다"))
    assert town.rooms.requests.get(number).state is State.REOPENED


def test_the_clock_counts_the_first_day_and_no_holiday(town):
    # Filed on Monday 30 November 2026: the seventh working day is Tuesday 8 December.
    request = town.rooms.requests.get(filed(town).number)
    assert request.term.due.isoformat() == "2026-12-08"
    town.wait(days=9)
    assert request.term.state(town.rooms.requests.today().date()) is TermState.OVERDUE
    assert [one.subject for one in town.rooms.clocks.overdue()] == [request.subject]
    fixed(town, request.number)
    assert request.term.state(town.rooms.requests.today().date()) is TermState.MET_LATE
    assert not town.rooms.clocks.overdue()


def test_a_term_is_extended_once_and_a_second_time_with_consent(town):
    work, number = town.rooms.requests.work, filed(town).number
    town.run(work.extend(town.staff, number, "부품을 기다립니다"))
    with pytest.raises(refusals.ExtensionConsentRequired):
        town.run(work.extend(town.staff, number, "또"))
    town.run(work.extend(town.staff, number, "또", has_consent=True))
    assert town.rooms.requests.get(number).term.length == 21
    with pytest.raises(ExtensionsUsedUp):
        town.run(work.extend(town.staff, number, "다시", has_consent=True))
    town.run(work.pause(town.staff, number, "사진을 기다립니다"))
    with pytest.raises(TermNotRunning):
        town.run(work.pause(town.staff, number, "다시"))
    town.run(work.resume(town.staff, number))


def test_after_thirty_days_the_reporter_is_told_how_far_it_is(town):
    requests, number = town.rooms.requests, filed(town).number
    town.wait(days=20)
    on = requests.today().date()
    town.run(requests.work.tell_progress(town.staff, number, "업체를 골랐습니다", on))
    progress = requests.get(number).terms[terms.PROGRESS]
    assert progress.is_open
    assert progress.started == on


def test_a_duplicate_names_its_parent_and_stays_open_with_it(town):
    requests = town.rooms.requests
    first, second = filed(town).number, filed(town, town.citizen(Level.EMAIL)).number
    follower = town.citizen(Level.EMAIL)
    town.run(requests.follow(follower, first))
    town.run(requests.follow(follower, second))
    moved(town, second, State.DUPLICATE, parent=first)
    parent, child = requests.get(first), requests.get(second)
    assert len(parent.followers) == 2  # the reporter of the second, and the follower once
    assert requests.is_open(child)
    assert child.state is State.DUPLICATE
    assert not child.term.is_open
    fixed(town, first)
    assert not requests.is_open(child)
    again = town.again().requests
    assert again.get(first).children == [second]
    assert len(again.get(first).followers) == 2
    statuses = {one["serviceRequestId"]["value"]: one["status"]["value"]
                for one in town.mirrored("ServiceRequest")}  # fmt: skip
    assert statuses == {str(first): "closed", str(second): "closed"}


def test_those_merged_before_go_along_and_one_can_be_taken_apart(town):
    requests = town.rooms.requests
    one, two, three = (filed(town).number for _ in range(3))
    moved(town, three, State.DUPLICATE, parent=two)
    moved(town, two, State.DUPLICATE, parent=one)
    assert sorted(requests.get(one).children) == [two, three]
    assert requests.get(two).children == []
    moved(town, three, State.ACKNOWLEDGED)
    assert requests.get(one).children == [two]
    assert requests.get(three).term.is_open


@pytest.mark.parametrize("make", [
    lambda town, one: one,
    lambda town, one: 99,
    lambda town, one: filed(town, code="tree").number,
    lambda town, one: fixed(town, filed(town).number).number,
])  # fmt: skip
def test_a_parent_that_cannot_be_one_is_refused(town, make):
    one = filed(town).number
    with pytest.raises(refusals.RequestParentUnfit):
        moved(town, one, State.DUPLICATE, parent=make(town, one))


def test_one_person_follows_once_and_can_take_it_back(town):
    requests, number = town.rooms.requests, filed(town).number
    citizen = town.citizen(Level.EMAIL)
    for _ in range(2):
        town.run(requests.follow(citizen, number))
    assert requests.get(number).voices == 2
    town.run(requests.unfollow(citizen, number))
    assert requests.get(number).voices == 1
    with pytest.raises(refusals.FollowerUnknown):
        town.run(requests.follow(ANONYMOUS, number))
    with pytest.raises(LevelTooLow):
        town.run(requests.follow(town.citizen(Level.GUEST), number))


def test_the_reporter_does_not_count_twice(town):
    citizen = town.citizen(Level.EMAIL)
    number = filed(town, citizen).number
    town.run(town.rooms.requests.follow(citizen, number))
    assert town.rooms.requests.get(number).voices == 1


def test_a_word_is_added_masked_and_the_state_stays(town):
    requests, number = town.rooms.requests, filed(town).number
    seq = town.run(requests.update(CLIENT, number, Word("전화 010-1111-2222 주세요", external="7")))
    step = requests.get(number).steps[-1]
    assert (step.seq, step.text, step.external) == (seq, "전화 ●●● 주세요", "7")
    assert requests.get(number).state is State.SUBMITTED


def test_similar_ones_are_near_recent_and_of_the_type(town):
    requests = town.rooms.requests
    same = filed(town, text="골목 앞 가로등이 꺼졌습니다").number
    other = filed(town, text="가로등이 기울어 위험합니다", lon=HERE["lon"] + 0.0002).number
    filed(town, lon=HERE["lon"] + 0.002)
    filed(town, code="tree", text="가로등 옆 나무")
    found = town.run(requests.similar("streetlight", SPOT, "가로등이 꺼져 있어요"))
    assert [one.number for one in found] == [same, other]
    assert found[0].is_likely
    town.wait(days=31)
    assert not town.run(requests.similar("streetlight", SPOT, "가로등이 꺼져 있어요"))


def test_a_thing_close_by_is_named_and_its_owner_has_the_work(town):
    at = {"type": "Point", "coordinates": [HERE["lon"] + 0.0001, HERE["lat"]]}
    lamp = {
        "id": "urn:ngsi-ld:Streetlight:7",
        "type": "Streetlight",
        "location": {"type": "GeoProperty", "value": at},
        "owner": {"type": "Property", "value": ["city"]},
    }
    town.run(town.ground.hub.upsert([lamp]))
    request = town.rooms.requests.get(filed(town).number)
    assert request.filed.asset == lamp["id"]
    assert request.department == "city/light"


def test_every_state_has_its_words_and_its_ways():
    for words in (STATES, MEANINGS, EXTENDED, NEXT):
        assert set(words) == set(State)
