import gzip
from datetime import UTC
from zoneinfo import ZoneInfo

import duckdb
import pytest

from dalgu.services.traffic.measures.importing import (
    EventColumnsMissing,
    EventFileUnreadable,
    Refusal,
    RefusedLine,
    read_events,
)

SEOUL = ZoneInfo("Asia/Seoul")


def test_usual_column_names_and_stamps_are_read(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(
        "SignalID,Timestamp,EventCode,EventParam\n"
        "1136,2024-04-15 12:00:00.1,1,2\n"
        "1136,04/15/2024 12:00:01.200,8,2\n"
        "7,2024-04-15T03:00:02Z,82,5\n"
        "7,1713150003.5,82,5\n"
        "7,1713150003500,82,5\n"
    )
    made = read_events(file, SEOUL)
    assert made.devices == ("1136", "7")
    noon_s = 1_713_150_000.0  # 12:00 in Seoul
    assert (made.events.at_s - noon_s).round(3).tolist() == [0.1, 1.2, 2.0, 3.5]
    assert made.events.device.tolist() == [0, 0, 1, 1]
    assert made.events.code.tolist() == [1, 8, 82, 82]
    assert (made.lines, made.repeated, made.refused) == (5, 1, ())


def test_bad_rows_are_named_by_line(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(
        "TimeStamp,DeviceId,EventId,Parameter\n"
        "2024-04-15 12:00:00,1,1,2\n"
        "yesterday,1,1,2\n"
        "\n"
        "2024-04-15 12:00:00,,1,2\n"
        "2024-04-15 12:00:00,1,1.5,2\n"
        "2024-04-15 12:00:00,1,1,-1\n"
        "2024-04-15 12:00:00,1,1\n"
    )
    made = read_events(file, UTC)
    assert made.refused == (
        RefusedLine(3, Refusal.TIME),
        RefusedLine(5, Refusal.DEVICE),
        RefusedLine(6, Refusal.CODE),
        RefusedLine(7, Refusal.PARAMETER),
        RefusedLine(8, Refusal.COLUMNS),
    )
    assert made.refused_count == 5
    assert len(made.events) == 1


def test_gzip_and_parquet_hold_the_same_events(tmp_path):
    text = "TimeStamp,DeviceId,EventId,Parameter\n2024-04-15 12:00:00.3,1136,82,5\n"
    (tmp_path / "events.csv.gz").write_bytes(gzip.compress(text.encode()))
    target = tmp_path / "events.parquet"
    duckdb.sql(
        "COPY (SELECT TIMESTAMP '2024-04-15 12:00:00.3' AS TimeStamp, 1136 AS DeviceId, "
        f"82::SMALLINT AS EventId, 5::SMALLINT AS Parameter) TO '{target}'"
    )
    zipped, parquet = read_events(tmp_path / "events.csv.gz", UTC), read_events(target, UTC)
    assert zipped.events.at_s.tolist() == parquet.events.at_s.tolist() == [1_713_182_400.3]
    assert zipped.devices == parquet.devices == ("1136",)


def test_a_file_without_a_column_says_which_names_it_may_have(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("TimeStamp,DeviceId,EventId\n")
    with pytest.raises(EventColumnsMissing, match="no column for the parameter"):
        read_events(file, UTC)


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "events.xlsx").write_bytes(b"PK")
    with pytest.raises(EventFileUnreadable, match=r"ends with '\.xlsx'"):
        read_events(tmp_path / "events.xlsx", UTC)
    (tmp_path / "events.parquet").write_bytes(b"PK")
    with pytest.raises(EventFileUnreadable):
        read_events(tmp_path / "events.parquet", UTC)
    with pytest.raises(EventFileUnreadable):
        read_events(tmp_path / "gone.csv", UTC)
