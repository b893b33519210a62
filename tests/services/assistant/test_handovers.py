from datetime import UTC, date, datetime

import pytest

from dalgu.services.assistant.handovers.handovers import State
from dalgu.services.assistant.handovers.hours import answered_by, is_open
from dalgu.services.assistant.handovers.refusals import (
    NothingToHandOver,
    TicketClosed,
    TicketUnknown,
)


@pytest.mark.parametrize(
    ("instant", "opened", "by"),
    [
        ("2026-11-30T00:00", True, date(2026, 11, 30)),  # Monday 09:00
        ("2026-11-29T23:59", False, date(2026, 11, 30)),  # Monday 08:59
        ("2026-11-30T09:00", False, date(2026, 12, 1)),  # Monday 18:00
        ("2026-11-28T03:00", False, date(2026, 11, 30)),  # Saturday noon
        ("2026-09-24T03:00", False, date(2026, 9, 28)),  # Chuseok, Thursday to Saturday
        ("2026-12-25T03:00", False, date(2026, 12, 28)),  # Christmas on a Friday
    ],
)
def test_people_answer_on_working_days_from_nine_to_eighteen(instant, opened, by):
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert is_open(now) is opened
    assert answered_by(now) == by


def handed_over(town):
    talk = town.ask("우리 집 고양이가 지붕에 있어요")
    return talk, town.run(town.rooms.talks.hand_over(talk.code, "ko"))


def test_a_person_answers_within_the_conversation(town):
    talk, ticket = handed_over(town)
    town.run(town.rooms.handovers.say(town.staff, ticket.number, "119에 전화해 주십시오."))
    town.ask("고맙습니다 그렇게 할게요", talk.code)
    now = town.rooms.talks.ticket(talk.code)
    assert now.state is State.TAKEN
    assert [line.who for _, line in now.lines] == ["citizen", "assistant", "staff", "citizen"]
    assert now.answered_at == town.clock.now()


def test_once_ended_the_assistant_answers_again(town):
    talk, ticket = handed_over(town)
    town.run(town.rooms.handovers.end(town.staff, ticket.number, "동물보호팀"))
    with pytest.raises(TicketClosed):
        town.run(town.rooms.handovers.say(town.staff, ticket.number, "하나 더"))
    assert town.reply("여권 신청에 필요한 서류", talk.code).citations


def test_asking_twice_for_a_person_is_one_ticket(town):
    talk, ticket = handed_over(town)
    assert town.run(town.rooms.talks.hand_over(talk.code, "ko")).number == ticket.number


def test_without_a_question_nothing_is_handed_over(town):
    with pytest.raises(NothingToHandOver):
        town.run(town.rooms.talks.hand_over("", "ko"))
    with pytest.raises(TicketUnknown):
        town.rooms.handovers.get(7)


def test_a_ticket_outlives_the_conversation_and_a_restart(town):
    talk, ticket = handed_over(town)
    town.wait(hours=20)
    rooms = town.again()
    assert rooms.talks.find(talk.code) is None
    assert rooms.talks.ticket(talk.code).number == ticket.number
    assert talk.code not in town.kept()
    town.ask("아직 있나요?", talk.code)
    assert rooms.talks.ticket(talk.code).lines[-1][1].text == "아직 있나요?"


def test_nobody_answered_by_the_day_that_was_promised(town):
    _, ticket = handed_over(town)
    assert not ticket.is_overdue(date(2026, 11, 30))
    assert ticket.is_overdue(date(2026, 12, 1))


def test_the_hub_knows_a_ticket_without_its_words(town):
    handed_over(town)
    [entity] = town.mirrored("AssistantHandOver")
    assert entity["status"]["value"] == "waiting"
    assert "고양이" not in str(entity)
