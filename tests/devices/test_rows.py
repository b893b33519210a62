"""Cells become values in the hub's units, and hours of clock changes become instants."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.conversion import UnitsDiffer, factor
from dalgu.devices.mapping import parse_mapping
from dalgu.devices.rows import RowRefused, Translator

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def a_translator(instant: str = "", volume: str = "", rest: str = "") -> Translator:
    text = f"""
    [entity]
    type = "WaterMeter"
    id = "urn:ngsi-ld:WaterMeter:{{meter}}"
    [instant]
    column = "at"
    {instant}
    [attributes.volume]
    column = "litres"
    unit = "LTR"
    as = "MTQ"
    {volume}
    {rest}
    """
    return Translator(parse_mapping(text), NOW)


ISO = "2026-01-02T03:04:05+09:00"
SPANISH = 'format = "%d/%m/%Y %H:%M:%S"\nzone = "Europe/Madrid"'


def test_a_row_becomes_a_value_in_the_attributes_unit() -> None:
    value = a_translator().translate(["m1", ISO, "68321"])
    assert value.to_document() == {
        "id": "urn:ngsi-ld:WaterMeter:m1",
        "type": "WaterMeter",
        "volume": {
            "type": "Property",
            "value": 68.321,
            "unitCode": "MTQ",
            "observedAt": "2026-01-01T18:04:05Z",
        },
    }


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        (["", ISO, "1"], "id is empty"),
        (["m", "", "1"], "has no instant"),
        (["m", "yesterday", "1"], "is not as 'iso'"),
        (["m", "2026-01-02T03:04:05", "1"], "no offset"),
        (["m", "2027-01-02T03:04:05Z", "1"], "in the future"),
        (["m", "1899-01-02T03:04:05Z", "1"], "before 1900"),
        (["m", ISO, ""], "is required"),
        (["m", ISO, None], "is required"),
        (["m", ISO, "12,5"], "is not a number"),
        (["m", ISO, "1_000"], "is not a number"),
        (["m", ISO, "nan"], "is not a number"),
        (["m", ISO, "1e400"], "is not a number"),
        (["m", ISO, True], "is not a number"),
        (["m", ISO, "-1"], "plausible is 0.0 to 9.0"),
        (["m", ISO, "9001"], "plausible is 0.0 to 9.0"),
    ],
)
def test_a_refused_row_says_why(cells: list[object], part: str) -> None:
    with pytest.raises(RowRefused, match=part):
        a_translator(volume="min = 0\nmax = 9").translate(cells)


def test_a_decimal_comma_is_read_where_it_is_declared() -> None:
    value = a_translator(rest='[source]\ndecimal = ","').translate(["m", ISO, "12,5"])
    assert value.volume == 0.0125


def test_an_id_keeps_only_signs_of_a_uri() -> None:
    value = a_translator().translate(["가창 1", ISO, "1"])
    assert value.id == "urn:ngsi-ld:WaterMeter:%EA%B0%80%EC%B0%BD%201"


def test_flags_texts_and_whole_numbers_are_read() -> None:
    rest = """
    [attributes.isActive]
    column = "on"
    kind = "flag"
    [attributes.floor]
    column = "floor"
    kind = "integer"
    required = false
    [attributes.note]
    column = "note"
    kind = "text"
    """
    value = a_translator(rest=rest).translate(["m", ISO, "1", "Y", "", " dry "])
    assert value.isActive is True
    assert value.note == "dry"
    assert value.floor is None
    with pytest.raises(RowRefused, match="whole number"):
        a_translator(rest=rest).translate(["m", ISO, "1", "Y", "1.5", "x"])


def test_the_repeated_hour_is_two_hours_when_rows_come_in_order() -> None:
    translator = a_translator(SPANISH + '\nrepeated_hour = "in_order"')
    stamps = ["01:30:00", "02:10:00", "02:50:00", "02:10:00", "02:50:00", "03:10:00"]
    instants = [translator.translate(["m", f"30/10/2016 {s}", "1"]).observed_at for s in stamps]
    assert [f"{at:%H:%M}" for at in instants] == [
        "23:30",
        "00:10",
        "00:50",
        "01:10",
        "01:50",
        "02:10",
    ]


def test_the_repeated_hour_of_one_meter_says_nothing_of_another() -> None:
    translator = a_translator(SPANISH + '\nrepeated_hour = "in_order"')
    first = translator.translate(["a", "30/10/2016 02:10:00", "1"]).observed_at
    assert translator.translate(["b", "30/10/2016 02:10:00", "1"]).observed_at == first


@pytest.mark.parametrize(("rule", "hour"), [("first", 0), ("second", 1)])
def test_the_repeated_hour_is_one_hour_otherwise(rule: str, hour: int) -> None:
    translator = a_translator(SPANISH + f'\nrepeated_hour = "{rule}"')
    assert translator.translate(["m", "30/10/2016 02:10:00", "1"]).observed_at.hour == hour


def test_an_hour_that_clocks_skipped_is_refused() -> None:
    with pytest.raises(RowRefused, match="does not exist"):
        a_translator(SPANISH).translate(["m", "27/03/2016 02:10:00", "1"])


@given(at=st.datetimes(datetime(1950, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001
def test_a_pattern_of_digits_reads_as_strptime_does(at: datetime) -> None:
    pattern = "%d/%m/%Y %H:%M:%S"
    translator = a_translator(f'format = "{pattern}"\nzone = "UTC"')
    told = at.replace(microsecond=0)
    assert translator.translate(["m", told.strftime(pattern), "1"]).observed_at == told.replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize(("format", "stamp"), [("unix_s", "1.5"), ("unix_ms", "1500")])
def test_seconds_since_1970_are_read(format: str, stamp: str) -> None:
    value = a_translator(f'format = "{format}"').translate(["m", stamp, "1"])
    assert value.observed_at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1.5)


@given(
    cells=st.lists(
        st.none() | st.text(max_size=30) | st.floats() | st.integers() | st.dates(),
        min_size=3,
        max_size=3,
    )
)
def test_rubbish_cells_are_refused_and_nothing_else(cells: list[object]) -> None:
    try:
        value = a_translator().translate(cells)
    except RowRefused:
        return
    assert value.id.startswith("urn:ngsi-ld:WaterMeter:")


def test_units_of_two_quantities_do_not_convert() -> None:
    assert factor("HUR", "MIN") == (3600, 60)
    with pytest.raises(UnitsDiffer):
        factor("LTR", "HUR")


def test_constants_are_said_without_an_instant() -> None:
    translator = a_translator(rest='[constants]\norigin = "register"\nfloor = 2')
    said = translator.constants("urn:ngsi-ld:WaterMeter:m").to_document()
    assert said["origin"] == {"type": "Property", "value": "register"}
    assert said["floor"] == {"type": "Property", "value": 2}
    assert a_translator().constants("urn:ngsi-ld:WaterMeter:m") is None
