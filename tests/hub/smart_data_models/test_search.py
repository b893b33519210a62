"""Finding a model by words."""

import pytest

from dalgu.hub.smart_data_models.korean import WORDS
from dalgu.hub.smart_data_models.search import ready


def names(question):
    return [one.model.name for one in ready().search(question).found]


@pytest.mark.parametrize(
    ("question", "model"),
    [
        ("parking", "OffStreetParking"),
        ("주차", "OffStreetParking"),
        ("주차장을", "OffStreetParking"),
        ("수도계량기", "WaterConsumptionObserved"),
        ("가로등", "Streetlight"),
        ("미세먼지", "AirQualityObserved"),
        ("traffic flow", "TrafficFlowObserved"),
        ("water meter", "WaterConsumptionObserved"),
        ("쓰레기 수거", "WasteObserved"),
        ("device", "Device"),
        ("ALERT", "Alert"),
    ],
)
def test_a_common_subject_is_among_the_first_three(question, model):
    assert model in names(question)[:3]


def test_a_models_own_name_comes_first():
    assert names("OffStreetParking")[0] == "OffStreetParking"


def test_attributes_that_have_the_words_are_named():
    [found, *_] = ready().search("battery level").found
    assert any("attery" in name for name in found.attributes)


def test_where_no_model_has_all_words_those_with_most_are_given():
    assert "TrafficFlowObserved" in names("traffic xyzzy")


def test_an_unknown_word_is_answered_by_those_near_it():
    answer = ready().search("parkng")
    assert answer.found == ()
    assert "parking" in answer.meant


@pytest.mark.parametrize("question", ["", "   ", "()[]", "\x00", "a" * 10_000, "x " * 5_000, "²"])
def test_any_question_is_answered(question):
    ready().search(question)


@pytest.mark.parametrize("word", WORDS)
def test_every_korean_word_finds_a_model(word):
    assert names(word)
