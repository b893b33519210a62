"""The hall: opinions each once, themes that the team owns, what pages are told."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.korean.vectors import Vectors
from dalgu.services.citizens.roundtables.hall import OpinionDraft, OpinionFate
from dalgu.services.citizens.roundtables.plan import StepKind
from dalgu.services.citizens.roundtables.refusals import (
    OpinionOther,
    RoundtableStageOther,
    SurveyAnswerInvalid,
    ThemeNotExisting,
    ThemeStepInvalid,
)
from dalgu.services.citizens.roundtables.themes import sorting

BUS = (
    "지하철역에서 가까워야 합니다",
    "버스와 지하철이 다니는 곳이어야 합니다",
    "지하철로 갈 수 있어야 합니다",
)
COST = ("세금이 적게 들어야 합니다", "짓는 세금을 아껴야 합니다")


@pytest.fixture
def words_alone(monkeypatch):
    """Compare opinions by their words, as where no model of sentences is installed."""
    monkeypatch.setattr(Vectors, "installed", lambda: None)
    sorting.cache_clear()
    yield
    sorting.cache_clear()


def drafts(live, *texts, round_=1, prefix="k"):
    now = live.town.clock.now()
    return [OpinionDraft(f"{prefix}{at}", text, now, round_) for at, text in enumerate(texts)]


def say(live, table, said):
    return live.do(live.room.hall.say(live.town.staff, live.number, table, said))


def placed(live):
    return {key: opinion.theme for key, opinion in live.one.opinions.items()}


def test_what_comes_twice_is_one_opinion(live):
    said = drafts(live, *BUS)
    assert {one.fate for one in say(live, 1, [said[0], said[0], said[1]])} == {OpinionFate.KEPT}
    fates = [one.fate for one in say(live, 1, said)]
    assert fates == [OpinionFate.ALREADY, OpinionFate.ALREADY, OpinionFate.KEPT]
    assert [one.text for one in live.one.opinions.values()] == list(BUS)


def test_a_refused_opinion_keeps_the_others_not_back(live):
    said = [*drafts(live, BUS[0], " ", BUS[1]), OpinionDraft("한글", "x", live.town.clock.now())]
    outcomes = say(live, 2, said)
    kept = [one.key for one in outcomes if one.fate is OpinionFate.KEPT]
    assert kept == ["k0", "k2"]
    assert [one.refusal.slug for one in outcomes if one.refusal] == [
        "text-empty",
        "opinion-invalid",
    ]


def test_a_key_with_other_words_or_of_another_table_is_refused(live):
    say(live, 1, drafts(live, BUS[0]))
    for table, text in ((1, BUS[1]), (2, BUS[0])):
        [outcome] = say(live, table, drafts(live, text))
        assert isinstance(outcome.refusal, OpinionOther)
    assert len(live.one.opinions) == 1


def test_what_was_typed_hours_ago_keeps_its_instant_and_a_wild_clock_does_not(live):
    now = live.town.clock.now()
    say(live, 1, [OpinionDraft("old", "늦게 온 의견", now - timedelta(hours=3))])
    say(live, 1, [OpinionDraft("wild", "시계가 다른 태블릿", now + timedelta(days=400))])
    at = {key: opinion.at for key, opinion in live.one.opinions.items()}
    assert at == {"old": now - timedelta(hours=3), "wild": now}


def test_a_closed_hall_takes_nothing_new_and_still_knows_what_it_has(live):
    said = drafts(live, *BUS[:2])
    say(live, 1, said[:1])
    live.do(live.room.following.report(live.town.staff, live.number, ["결론"]))
    first, second = say(live, 1, said)
    assert first.fate is OpinionFate.ALREADY
    assert isinstance(second.refusal, RoundtableStageOther)


def test_tables_that_say_the_same_are_all_heard(live):
    for table in range(1, 4):
        for round_ in range(8):
            said = drafts(
                live, "지하철역에서 아주 가까운 곳이어야 합니다", prefix=f"{table}-{round_}-"
            )
            assert say(live, table, said)[0].fate is OpinionFate.KEPT
    assert len(live.one.opinions) == 24


def test_themes_are_made_split_merged_renamed_and_keep_every_opinion(live):
    say(live, 1, drafts(live, *BUS, *COST))
    themes, staff, number = live.room.themes, live.town.staff, live.number
    bus = live.do(themes.make(staff, number, "교통", ["k0", "k1", "k2"]))
    cost = live.do(themes.make(staff, number, "비용", ["k3", "k4"]))
    part = live.do(themes.make(staff, number, "지하철", ["k0"]))  # a split
    assert placed(live) == {"k0": part, "k1": bus, "k2": bus, "k3": cost, "k4": cost}
    live.do(themes.merge(staff, number, bus, [part, bus]))
    assert live.one.themes[part].into == bus
    assert live.one.themes[bus].opinions == ["k1", "k2", "k0"]
    live.do(themes.rename(staff, number, bus, "오가기 쉬운 곳"))
    live.do(themes.move(staff, number, ["k4"], ""))
    assert [theme.title for theme in live.one.standing_themes()] == ["오가기 쉬운 곳", "비용"]
    assert [opinion.key for opinion in live.one.unsorted()] == ["k4"]
    with pytest.raises(ThemeNotExisting):
        live.do(themes.rename(staff, number, part, "x"))
    with pytest.raises(ThemeStepInvalid):
        live.do(themes.move(staff, number, [], bus))


def test_suggestions_group_what_is_alike_and_touch_nothing_that_a_person_did(live, words_alone):
    say(live, 1, drafts(live, *BUS, *COST))
    themes, staff, number = live.room.themes, live.town.staff, live.number
    mine = live.do(themes.make(staff, number, "내가 정한 것", ["k0"]))
    live.do(themes.move(staff, number, ["k3"], ""))  # a person wants it under none
    live.do(themes.suggest(number))
    after = placed(live)
    assert after["k0"] == mine
    assert after["k3"] == ""
    assert after["k1"] == after["k2"] != ""
    assert live.one.themes[mine].title == "내가 정한 것"
    live.do(themes.suggest(number))
    assert placed(live) == after


def test_a_suggested_theme_that_a_person_emptied_is_gone(live, words_alone):
    say(live, 1, drafts(live, *BUS))
    themes, staff, number = live.room.themes, live.town.staff, live.number
    live.do(themes.suggest(number))
    [theme] = live.one.standing_themes()
    assert theme.is_suggested
    live.do(themes.make(staff, number, "교통", list(theme.opinions)))
    assert [one.title for one in live.one.standing_themes()] == ["교통"]


def test_the_survey_counts_each_seat_once_and_takes_its_issue_along(seated):
    room, staff, number = seated.room, seated.town.staff, seated.number
    seated.do(room.survey.open(staff, number))
    head = seated.town.ground.book.head
    first, second = seated.one.members[:2]
    for option in ("o1", "o2"):
        seated.do(room.survey.answer(staff, number, first, {"s1": option}, "주차가 걱정입니다"))
    seated.do(room.survey.answer(staff, number, second, {"s1": "o2"}))
    assert room.survey.counts(number) == {"s1": {"o1": 0, "o2": 2}}
    assert [opinion.text for opinion in seated.one.opinions.values()] == ["주차가 걱정입니다"]
    with pytest.raises(SurveyAnswerInvalid):
        seated.do(room.survey.answer(staff, number, second, {"s1": "o9"}))
    written = str([entry.deed for entry in seated.town.ground.book.after(head)])
    assert first not in written


def test_pages_are_told_at_once_and_again_when_something_changes(live):
    live.step(StepKind.DISCUSSION)

    async def two_events():
        stream = live.room.live.told(live.number)
        assert (await anext(stream)).startswith(b"retry:")
        first = await anext(stream)
        await live.room.hall.say(live.town.staff, live.number, 1, drafts(live, BUS[0]))
        second = await asyncio.wait_for(anext(stream), 5)
        await stream.aclose()
        return first, second

    first, second = live.do(two_events())
    told = [msgspec.json.decode(event.split(b"data: ")[1]) for event in (first, second)]
    assert [hall["opinions"] for hall in told] == [0, 1]
    assert told[1]["newest"] == [{"text": BUS[0], "table": 1}]
    assert told[1]["step"]["kind"] == "discussion"


def test_what_the_moderation_took_off_is_told_to_nobody(live):
    say(live, 1, drafts(live, BUS[0]))
    moderation, subject = live.town.rooms.moderation, f"roundtable:{live.number}:opinion:k0"
    live.do(moderation.hide(live.town.staff, subject, next(iter(rules())), "사람 이름이 있음"))
    assert live.room.live.hall(live.number).newest[0].text == ""
    [opinion] = live.town.mirrored("RoundtableOpinion")
    assert BUS[0] not in str(opinion)


def rules():
    from dalgu.services.citizens.moderation.words import rules as published

    return published()


def test_the_hub_knows_the_hall(live):
    say(live, 1, drafts(live, *BUS))
    live.do(live.room.themes.make(live.town.staff, live.number, "교통", ["k0", "k1"]))
    [theme] = live.town.mirrored("RoundtableTheme")
    assert theme["opinions"]["value"] == 2
    opinions = live.town.mirrored("RoundtableOpinion")
    assert sum("theme" in one for one in opinions) == 2
    [table] = live.town.mirrored("Roundtable")
    assert (table["opinions"]["value"], table["stage"]["value"]) == (3, "live")


acts = st.lists(
    st.one_of(
        st.tuples(st.just("make"), st.sets(st.integers(0, 4))),
        st.tuples(st.just("move"), st.sets(st.integers(0, 4)), st.integers(1, 6)),
        st.tuples(st.just("merge"), st.integers(1, 6), st.integers(1, 6)),
    ),
    max_size=12,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts)
def test_whatever_the_team_does_each_opinion_stands_under_one_theme_or_none(live, steps):
    say(live, 1, drafts(live, *BUS, *COST))
    themes, staff, number = live.room.themes, live.town.staff, live.number
    takes = {
        "make": lambda keys: themes.make(staff, number, "x", [f"k{n}" for n in keys]),
        "move": lambda keys, to: themes.move(staff, number, [f"k{n}" for n in keys], f"t{to}"),
        "merge": lambda into, gone: themes.merge(staff, number, f"t{into}", [f"t{gone}"]),
    }
    for act, *how in steps:
        with suppress(ThemeNotExisting, ThemeStepInvalid):
            live.do(takes[act](*how))
    listed = [key for theme in live.one.standing_themes() for key in theme.opinions]
    unsorted = [opinion.key for opinion in live.one.unsorted()]
    assert sorted([*listed, *unsorted]) == sorted(live.one.opinions)
