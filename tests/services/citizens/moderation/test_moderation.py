import msgspec
import pytest

from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Noted
from dalgu.kernel.text import Text
from dalgu.services.citizens.moderation import refusals
from dalgu.services.citizens.moderation.deeds import Hidden
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.moderation.words import Standing, rules
from dalgu.services.citizens.people.levels import Level

SUBJECT = "essay:1"
OTHER = Actor("person:other-staff", Role.OPERATOR)


@pytest.fixture
def board(town):
    """A town with one text of a citizen's; `board.author` wrote it."""
    town.author = town.citizen(Level.EMAIL)
    town.texts = {SUBJECT: "강변에 벤치를 놓아 주세요"}

    def offer(rooms):
        def find(subject):
            text = town.texts.get(subject)
            title = Text("벤치", "Bench")
            return text and Thing(subject, title, "/essays/1", text, town.author.id)

        rooms.moderation.things.offer("essays", find)
        return rooms

    town.offered = offer
    offer(town.rooms)
    return town


def report(town, rule="abuse", by=None):
    reader = by or town.citizen(Level.EMAIL)
    people = town.rooms.people
    voice = people.voice_in(people.person(reader), SUBJECT)
    town.run(town.rooms.moderation.report(reader, voice, SUBJECT, rule))
    return reader


def test_three_different_voices_hide_a_text_until_a_person_looks(board):
    room = board.rooms.moderation
    first = report(board)
    report(board, by=first)
    report(board)
    assert not room.is_hidden(SUBJECT)
    report(board, rule="hate")
    stone = room.tombstone(SUBJECT)
    assert (stone.standing, stone.rule) == (Standing.REPORTED_AWAY, "abuse")
    assert board.offered(board.again()).moderation.is_hidden(SUBJECT)


def test_what_a_person_kept_is_not_hidden_again_by_reports_alone(board):
    room = board.rooms.moderation
    for _ in range(3):
        report(board)
    board.run(room.keep(board.staff, SUBJECT, "criticism, not abuse"))
    assert not room.is_hidden(SUBJECT)
    for _ in range(5):
        report(board)
    assert not room.is_hidden(SUBJECT)
    assert room.queue() == []


def test_a_removal_names_a_published_rule_and_a_reason_for_all(board):
    room = board.rooms.moderation
    with pytest.raises(refusals.RuleUnknown):
        board.run(room.hide(board.staff, SUBJECT, "dislike", "no"))
    with pytest.raises(refusals.ReasonNeeded):
        board.run(room.hide(board.staff, SUBJECT, "abuse", "  "))
    with pytest.raises(refusals.NothingToModerate):
        board.run(room.hide(board.staff, "essay:9", "abuse", "no"))
    board.run(room.hide(board.staff, SUBJECT, "personal", "a phone number"))
    with pytest.raises(refusals.StepNotNow):
        board.run(room.hide(board.staff, SUBJECT, "personal", "again"))
    [(case, step)] = room.log()
    assert (case.subject, step.rule, step.reason) == (SUBJECT, "personal", "a phone number")


def test_another_person_judges_the_appeal_of_the_author(board):
    room = board.rooms.moderation
    board.run(room.hide(board.staff, SUBJECT, "abuse", "an insult"))
    with pytest.raises(refusals.NotTheAuthor):
        board.run(room.appeal(board.citizen(Level.EMAIL), SUBJECT, "why"))
    board.run(room.appeal(board.author, SUBJECT, "it is a quotation"))
    with pytest.raises(refusals.StepNotNow):
        board.run(room.appeal(board.author, SUBJECT, "and again"))
    with pytest.raises(refusals.StepNotNow):
        board.run(room.keep(board.staff, SUBJECT, "fine"))
    with pytest.raises(refusals.DecidedBySame):
        board.run(room.decide_appeal(board.staff, SUBJECT, "no", stays_off=True))
    board.run(room.decide_appeal(OTHER, SUBJECT, "a quotation", stays_off=False))
    assert not room.is_hidden(SUBJECT)
    kinds = [step.kind for _, step in room.log()]
    assert kinds == ["overturned", "appealed", "hidden"]


def test_a_removal_that_was_upheld_is_appealed_no_more(board):
    room = board.rooms.moderation
    board.run(room.hide(board.staff, SUBJECT, "abuse", "an insult"))
    board.run(room.appeal(board.author, SUBJECT, "it is a quotation"))
    board.run(room.decide_appeal(OTHER, SUBJECT, "still an insult", stays_off=True))
    with pytest.raises(refusals.StepNotNow):
        board.run(room.appeal(board.author, SUBJECT, "please"))
    assert room.of_author(board.author.id)[0].standing is Standing.HIDDEN


def test_a_suspected_text_is_held_and_never_refused(board):
    room = board.rooms.moderation
    assert room.screen(board.author, "이 병신 같은 행정", most=100)
    assert board.run(room.hold_if_suspect(SUBJECT, "이 병신 같은 행정", board.author.id))
    assert room.tombstone(SUBJECT).standing is Standing.HELD
    board.run(room.keep(board.staff, SUBJECT, "quotes a comedy"))
    assert not board.run(room.hold_if_suspect(SUBJECT, "이 병신 같은 행정", board.author.id))
    assert not room.is_hidden(SUBJECT)


def test_the_author_and_the_voices_are_in_no_public_line(board):
    room = board.rooms.moderation
    for _ in range(3):
        report(board)
    board.run(room.appeal(board.author, SUBJECT, "my own words"))
    said = str([step for _, step in room.log()]) + str(room.tombstone(SUBJECT))
    assert board.author.id not in said
    assert "my own words" not in said


def test_every_published_rule_is_said_in_both_languages():
    assert len(rules()) >= 6
    assert all(one.long.ko and one.long.en and one.title.ko for one in rules().values())


def test_the_hub_knows_of_the_removal_and_draws_the_thing_anew(board):
    drawn = []

    class Written(msgspec.Struct, frozen=True, tag="written"):
        """A deed of the essays' room."""

    board.ground.book.open_room("essays", Written | Hidden, lambda entry: None)
    board.rooms.mirror.follow("essays", lambda entries: drawn.append(len(entries)) or ())
    board.run(
        board.ground.book.write(board.author, "essays", lambda at: [Noted(SUBJECT, Written())])
    )
    board.mirrored("ModerationCase")
    board.run(board.rooms.moderation.hide(board.staff, SUBJECT, "abuse", "an insult"))
    [case] = board.mirrored("ModerationCase")
    assert (case["status"]["value"], case["rule"]["value"]) == ("hidden", "abuse")
    assert board.author.id not in str(case)
    assert drawn == [1, 1]
