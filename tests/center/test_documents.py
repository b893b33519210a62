import pytest

from dalgu.center.documents import Sheet, sheet, shown, title, value


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"value": 966.5661, "unitCode": "MTQ"}, "966.566 m³"),
        ({"value": 12, "unitCode": "P1"}, "12 %"),
        ({"value": True}, "✓"),
        ({"value": None}, "–"),
        ({"value": ["leakage", "tamper"]}, "leakage, tamper"),
        ({"value": []}, "–"),
        ({"value": "somethingNew"}, "somethingNew"),
        ({"object": "urn:x:1"}, "urn:x:1"),
        ({"languageMap": {"ko": "물", "en": "Water"}}, "Water"),
        ({"value": {"type": "Point", "coordinates": [128.6, 35.87]}}, "35.87000, 128.60000"),
        ({"value": {"type": "Polygon", "coordinates": []}}, "Polygon"),
    ],
)
def test_a_value_is_shown_with_its_unit(attribute, text):
    assert shown(attribute, "en") == text


def test_a_known_word_is_shown_in_the_readers_language():
    assert shown({"value": "household"}, "ko") == "가정용"


def test_a_thing_without_a_name_is_called_by_its_id():
    assert (
        title({"id": "urn:ngsi-ld:WaterMeter:gachang:1", "type": "WaterMeter"}, "ko") == "gachang:1"
    )


def test_of_several_instances_the_first_counts():
    assert value({"id": "x", "type": "X", "level": [{"value": 1}, {"value": 2}]}, "level") == 1


def test_a_structured_value_is_shown_as_a_table():
    steps = [{"minutes": 15, "free": 5}, {"minutes": 30, "method": "lastValue"}]
    assert sheet({"value": steps}, "en") == Sheet(
        ("In minutes", "Free", "Method"), (("15", "5", "–"), ("30", "–", "as now"))
    )
    assert sheet({"value": {"car": 1200, "unheardOf": 1}}, "ko") == Sheet(
        ("승용차", "unheardOf"), (("1,200", "1"),)
    )


@pytest.mark.parametrize(
    "found", [12, "text", None, [], ["a"], {"type": "Point", "coordinates": [1, 2]}]
)
def test_a_value_that_fits_in_a_line_is_no_table(found):
    assert sheet({"value": found}, "en") is None
