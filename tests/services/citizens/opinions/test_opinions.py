"""A question: who asks, says and votes; groups that follow; what is shown, kept and given out."""

import csv
import io
from datetime import date

import pytest

from dalgu.services.citizens.opinions.export import comments, participants_votes
from dalgu.services.citizens.opinions.opinions import COLLECTION, LEAST_GROUPED, Draft
from dalgu.services.citizens.opinions.picture import picture
from dalgu.services.citizens.opinions.question import Standing
from dalgu.services.citizens.opinions.refusals import (
    NotOnesOwnMatter,
    QuestionDateInvalid,
    QuestionOver,
    StatementNotOpen,
    StatementSaidAlready,
    StatementSettled,
    TooFewForExport,
    VoteValueInvalid,
)
from dalgu.services.citizens.opinions.shown import LEAST_SHOWN
from dalgu.services.citizens.people.levels import Level, LevelTooLow

SEEDS = tuple(f"의견 {letter}" for letter in "가나다라마바사아")


@pytest.fixture
def asked(town):
    """A question with eight statements."""
    number = town.run(
        town.rooms.opinions.ask(town.staff, Draft("신천 둔치를 어떻게 쓸까요?", seeds=SEEDS))
    )
    return town.rooms.opinions.get(number)


def split(town, question, camps=(14, 10), agreed=(7, 8)):
    """Let two camps vote: they disagree on all statements but the agreed ones."""
    room, people = town.rooms.opinions, []
    for side, size in zip(("agree", "disagree"), camps, strict=True):
        for i in range(size):
            person = town.citizen(Level.EMAIL)
            people.append(person)
            for number in question.statements:
                own = side if (number + i) % 11 else "pass"
                value = "agree" if number in agreed else own
                town.run(room.vote(person, question.number, number, value))
    town.run(room.regroup(question))
    return people


def test_a_question_is_asked_by_the_city_and_by_who_proposed_it(town):
    room, citizen = town.rooms.opinions, town.citizen(Level.RESIDENT)
    with pytest.raises(NotOnesOwnMatter):
        town.run(room.ask(citizen, Draft("어떻게 생각하십니까?", about_of="proposal:1")))
    room.owner_of = {"proposal:1": citizen.id}.get
    draft = Draft("어떻게 생각하십니까?", seeds=("하나",), about_of="proposal:1")
    question = room.get(town.run(room.ask(citizen, draft)))
    assert question.about_of == "proposal:1"
    assert [one.text for one in question.waiting] == ["하나"]  # what citizens write is looked at
    with pytest.raises(QuestionDateInvalid):
        town.run(room.ask(town.staff, Draft("어제까지", closes_on=date(2026, 11, 29))))


def test_a_statement_of_a_citizen_waits_and_one_of_the_city_stands(town, asked):
    room, citizen = town.rooms.opinions, town.citizen(Level.EMAIL)
    said = town.run(room.state(citizen, asked.number, "둔치에 나무를 심읍시다"))
    assert said.standing is Standing.WAITING
    with pytest.raises(StatementNotOpen):
        town.run(room.vote(citizen, asked.number, said.number, "agree"))
    with pytest.raises(StatementSaidAlready):
        town.run(room.state(citizen, asked.number, "둔치에  나무를 심읍시다!"))
    town.run(room.let_in(town.staff, asked.number, said.number))
    town.run(room.vote(citizen, asked.number, said.number, "agree"))
    with pytest.raises(StatementSettled):
        town.run(room.let_in(town.staff, asked.number, said.number))
    town.run(room.take_out(town.staff, asked.number, said.number, "같은 뜻", same_as=1))
    assert asked.statements[said.number].out.same_as == 1
    with pytest.raises(StatementNotOpen):
        town.run(room.vote(citizen, asked.number, said.number, "agree"))
    own = town.run(room.state(town.staff, asked.number, "물놀이터를 둡시다"))
    assert own.standing is Standing.OPEN


def test_a_vote_takes_a_confirmed_address_and_may_be_changed(town, asked):
    room = town.rooms.opinions
    with pytest.raises(LevelTooLow):
        town.run(room.vote(town.citizen(Level.GUEST), asked.number, 1, "agree"))
    citizen = town.citizen(Level.EMAIL)
    with pytest.raises(VoteValueInvalid):
        town.run(room.vote(citizen, asked.number, 1, "maybe"))
    for value in ("agree", "agree", "disagree"):
        town.run(room.vote(citizen, asked.number, 1, value))
    assert asked.votes_of(room.voice(citizen, asked)) == {1: -1}
    assert len(asked.log) == 2  # the same once more is not written
    assert asked.participants == 1


def test_the_book_names_no_account_beside_a_vote(town, asked):
    citizen = town.citizen(Level.EMAIL)
    town.run(town.rooms.opinions.vote(citizen, asked.number, 1, "agree"))
    other = town.run(town.rooms.opinions.ask(town.staff, Draft("다른 질문", seeds=("하나",))))
    town.run(town.rooms.opinions.vote(citizen, other, 1, "agree"))
    voted = [
        entry for subject in (asked.subject, f"opinion:{other}")
        for entry in town.ground.book.about(subject) if entry.deed.__struct_config__.tag == "voted"
    ]  # fmt: skip
    assert len({entry.actor for entry in voted}) == 2  # two questions cannot be joined
    assert all(citizen.id not in (entry.actor, entry.deed.voice) for entry in voted)


def test_the_next_statement_is_one_without_an_answer_and_stays_until_answered(town, asked):
    room, citizen = town.rooms.opinions, town.citizen(Level.EMAIL)
    voice, seen = room.voice(citizen, asked), []
    while (card := room.next_for(asked, voice)) is not None:
        assert room.next_for(asked, voice) is card
        seen.append(card.number)
        town.run(room.vote(citizen, asked.number, card.number, "pass"))
    assert sorted(seen) == list(asked.statements)


def test_groups_come_of_votes_and_say_what_divides_and_what_all_share(town, asked):
    split(town, asked)
    results = town.rooms.opinions.results(asked)
    assert [(group.letter, group.people) for group in results.groups] == [("A", 14), ("B", 10)]
    assert {row.statement.number for row in results.all_share} == {7, 8}
    for group, agrees in zip(results.groups, (True, False), strict=True):
        assert group.stands_for
        assert not {one.statement.number for one in group.stands_for} & {7, 8}  # all share these
        assert all(one.agrees is agrees for one in group.stands_for)


def test_a_restart_gives_the_same_groups_even_when_what_was_kept_is_lost(town, asked):
    split(town, asked)
    more = town.citizen(Level.EMAIL)
    town.run(town.rooms.opinions.vote(more, asked.number, 1, "agree"))
    town.run(town.rooms.opinions.regroup(asked))
    before = town.rooms.opinions.kept(asked)
    again = town.again().opinions
    assert again.kept(again.get(asked.number)) == before
    town.run(town.store.write(lambda tables: tables.records.put(COLLECTION, "1", b"")))
    lost = town.again().opinions
    assert lost.kept(lost.get(asked.number)) == before
    assert before.steps == 2


def test_few_people_form_no_groups_and_a_small_group_is_not_shown(town, asked):
    room = town.rooms.opinions
    people = split(town, asked, camps=(LEAST_GROUPED - 2, 1))
    assert not asked.cuts
    assert room.results(asked).groups == ()
    for number in asked.statements:
        town.run(room.vote(town.citizen(Level.EMAIL), asked.number, number, "agree"))
    town.run(room.regroup(asked))
    results = room.results(asked)
    assert all(group.people >= LEAST_SHOWN for group in results.groups)
    for row in results.rows:
        for shares in (row.everybody, *row.by_group.values()):
            assert shares is None or shares.people >= LEAST_SHOWN
    assert picture(results, "").here is None
    assert picture(results, room.voice(people[0], asked)).here is not None


def test_a_statement_taken_out_no_longer_stands_for_a_group(town, asked):
    split(town, asked)
    room = town.rooms.opinions
    town.run(room.take_out(town.staff, asked.number, 2, "욕설"))
    assert asked.pending
    town.run(room.regroup(asked))
    results = room.results(asked)
    told = {one.statement.number for group in results.groups for one in group.stands_for}
    assert 2 not in told | {row.statement.number for row in results.rows}
    assert not asked.pending


def test_a_closed_question_takes_nothing_more(town, asked):
    room, citizen = town.rooms.opinions, town.citizen(Level.EMAIL)
    town.run(room.close(town.staff, asked.number, "나무를 심기로 했습니다."))
    with pytest.raises(QuestionOver):
        town.run(room.vote(citizen, asked.number, 1, "agree"))
    with pytest.raises(QuestionOver):
        town.run(room.state(citizen, asked.number, "늦은 의견"))
    with pytest.raises(QuestionOver):
        town.run(room.close(town.staff, asked.number))


def test_votes_on_the_last_day_count_and_the_day_after_do_not(town):
    room, citizen = town.rooms.opinions, town.citizen(Level.EMAIL)
    draft = Draft("내일까지", seeds=("하나",), closes_on=date(2026, 12, 1))
    number = town.run(room.ask(town.staff, draft))
    town.wait(days=1)
    town.run(room.vote(citizen, number, 1, "agree"))
    town.wait(days=1)
    with pytest.raises(QuestionOver):
        town.run(room.vote(citizen, number, 1, "pass"))


def test_the_files_are_those_of_polis_and_point_at_nobody(town, asked):
    room = town.rooms.opinions
    hashed = town.access.keyed("test")
    with pytest.raises(TooFewForExport):
        participants_votes(asked, room.kept(asked), hashed)
    split(town, asked)
    town.run(room.state(town.citizen(Level.EMAIL), asked.number, "기다리는 의견"))
    lone = town.run(room.state(town.staff, asked.number, "한 사람만 답한 의견"))
    town.run(room.vote(town.citizen(Level.EMAIL), asked.number, lone.number, "agree"))
    rows = list(csv.DictReader(io.StringIO(participants_votes(asked, room.kept(asked), hashed))))
    assert len(rows) == 25
    assert str(lone.number) not in rows[0]
    assert {row["group-id"] for row in rows} == {"A", "B", ""}
    assert [int(row["n-votes"]) for row in rows].count(8) == 24
    text = comments(asked, lambda number: number == 3)
    told = {row["comment-id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert told["1"]["comment-body"] == SEEDS[0]
    assert told["3"]["comment-body"] == ""
    assert told[str(lone.number)]["agrees"] == ""
    assert "기다리는" not in text
    assert {row["author-id"] for row in told.values()} == {""}


def test_the_hub_knows_a_question(town, asked):
    split(town, asked)
    [entity] = town.mirrored("OpinionQuestion")
    assert entity["participantCount"]["value"] == 24
    assert entity["groupSizes"]["value"] == [14, 10]
    assert set(entity["consensus"]["value"]) == {SEEDS[6], SEEDS[7]}
    assert entity["status"]["value"] == "open"
