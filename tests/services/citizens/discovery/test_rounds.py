"""Rounds: the call, the members, their certificates; and the published past."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from io import BytesIO

import msgspec
import pytest
from tests.services.citizens.discovery.test_problem import called, with_team

from dalgu.access.actor import CONSOLE
from dalgu.services.citizens.discovery import completion, past, refusals
from dalgu.services.citizens.discovery.funnel import funnel
from dalgu.services.citizens.people.levels import LevelTooLow


def test_one_person_applies_once_and_in_time(town):
    rounds, number = town.rooms.discovery.rounds, called(town)
    citizen = town.citizen()
    town.run(rounds.apply(citizen, number, "해 보고 싶습니다"))
    with pytest.raises(refusals.AppliedAlready):
        town.run(rounds.apply(citizen, number, "다시"))
    town.run(rounds.withdraw(citizen, number))
    town.run(rounds.apply(citizen, number, "다시 해 보고 싶습니다"))
    with pytest.raises(LevelTooLow):
        town.run(rounds.apply(town.staff, number, "직원"))
    town.wait(days=29)
    with pytest.raises(refusals.CallClosed):
        town.run(rounds.apply(town.citizen(), number, "늦었습니다"))


def test_only_applicants_are_chosen_and_no_more_than_seats(town):
    rounds, number = town.rooms.discovery.rounds, called(town, seats=1)
    members = [town.citizen() for _ in range(2)]
    for one in members:
        town.run(rounds.apply(one, number, "함께"))
    with pytest.raises(refusals.RoundNotReady, match="1 seats"):
        town.run(rounds.choose(town.staff, number, [one.id for one in members]))
    with pytest.raises(refusals.ChoiceInvalid):
        town.run(rounds.choose(town.staff, number, ["person:stranger"]))
    town.run(rounds.choose(town.staff, number, [members[0].id]))
    assert town.rooms.discovery.round(number).members == (members[0].id,)


def certified(town):
    number, members = with_team(town)
    rounds, today = town.rooms.discovery.rounds, town.rooms.discovery.today
    for week in range(10):
        on = today + timedelta(weeks=week)
        session = town.run(rounds.hold(town.staff, number, on, "weekly", f"{week + 1}주"))
        present = members if week < 7 else members[:1]
        present = present if week else members[:1]
        town.run(rounds.attend(town.staff, number, session, [one.id for one in present]))
    assert town.run(rounds.certify(town.staff, number)) == 1  # the other came to 6 of 10
    assert town.run(rounds.certify(town.staff, number)) == 0
    [told] = town.rooms.discovery.round(number).completions.values()
    return number, members, told


def test_who_came_often_enough_is_certified_once(town):
    _, members, told = certified(town)
    assert (told.account, told.attended, told.of) == (members[0].id, 10, 10)
    again = town.again().discovery
    assert again.completion(told.code) == told
    sessions = town.mirrored("LivingLabSession")
    assert len(sessions) == 16
    assert len({one["member"]["value"] for one in sessions}) == 2
    assert not any(one.id in str(sessions) for one in members)


def test_a_credential_is_verified_with_the_public_key_alone(town):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    number, _, told = certified(town)
    signer = completion.Signer(town.access.keyed("citizens.completion-signing"))
    found = town.rooms.discovery.round(number)
    jws = signer.credential(told, found, "https://city.example/x", "daegu")
    head, body, signature = jws.split(".")

    def plain(part):
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))

    key = Ed25519PublicKey.from_public_bytes(plain(signer.key()["x"]))
    key.verify(plain(signature), f"{head}.{body}".encode())
    claims = msgspec.json.decode(plain(body))
    assert (claims["jti"], claims["sessions_attended"]) == (told.code, 10)
    with pytest.raises(InvalidSignature):
        key.verify(plain(signature), f"{head}.{body[:-2]}AA".encode())


def test_the_paper_bears_a_name_that_no_book_holds(town):
    pytest.importorskip("pypdf")
    number, members, told = certified(town)
    rounds = town.rooms.discovery.rounds
    with pytest.raises(refusals.CompletionOfAnother):
        town.run(rounds.bind_name(members[1], told.code, "홍길동"))
    bound = town.run(rounds.bind_name(members[0], told.code, "홍 길동"))
    assert rounds.name_digest(told.code, "홍길동") == bound.name_digest
    assert rounds.name_digest(told.code, "홍길순") != bound.name_digest
    with pytest.raises(refusals.CompletionNameTaken):
        town.run(rounds.bind_name(members[0], told.code, "홍길순"))
    assert not any("길동" in repr(entry.deed) for entry in town.ground.book.after(0))
    try:
        pdf = completion.paper(
            completion.Paper(
                bound, town.rooms.discovery.round(number), town.ground.city, "홍길동", "https://x/y"
            )
        )
    except refusals.PaperFontsMissing:
        pytest.skip("The browser libraries are not built: pip install . with npm's registry")
    from pypdf import PdfReader

    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "홍길동" in text
    assert told.code in text
    assert "10회 가운데 10회" in text


def test_the_published_rounds_give_the_published_funnel(town):
    room = town.rooms.discovery
    assert town.run(past.load(room, CONSOLE)) == 36
    told = funnel(room.state.rounds.values(), room.state.problems.values())
    assert (told.people, told.problems, told.planned, told.completed) == (161, 36, 6, 3)
    assert [(one.people, one.problems) for one in told.rounds] == [(76, 15), (51, 12), (34, 9)]
    assert sum(told.stopped_before.values()) + told.planned == told.problems
    assert sum(told.stopped_after.values()) + told.completed == told.planned
    with pytest.raises(refusals.RoundNotReady):
        town.run(past.load(room, CONSOLE))
    assert len(town.mirrored("UrbanProblem")) == 36
    stages = [one["stage"]["value"] for one in town.mirrored("CityProblem")]
    assert (stages.count("demo"), stages.count("plan"), stages.count("stopped")) == (3, 3, 30)


def test_a_record_of_the_past_has_a_source_and_no_step_is_taken_on_it(town):
    room = town.rooms.discovery
    town.run(past.load(room, CONSOLE))
    for problem in room.state.problems.values():
        assert problem.source
        assert all(record.source for record in problem.gates)
        assert problem.terms == {}
    with pytest.raises(refusals.RoundNotReady):
        town.run(room.problems.measure(town.staff, 1, town.clock.now(), town.clock.now()))
    assert called(town) == 4
