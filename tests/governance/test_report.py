"""The report as a file: each rejected row in both languages, nothing a spreadsheet would run."""

import csv
import io
import json
from pathlib import Path

import pytest

from dalgu.governance.errors import ReportFormUnknown
from dalgu.governance.report import Rejection, Report, report_form, written
from dalgu.kernel.text import Text


def a_report():
    reasons = [
        Rejection(3, Text("주제", "Topic"), "=1+1", Text("안 됩니다", "no")),
        Rejection(3, Text("시행일", "Since"), "-", Text("날짜가 아닙니다", "no date")),
        Rejection(9, Text("", ""), "", Text("오류값", "an error")),
    ]
    return Report("ordinances", "a.csv", "0" * 64, rows=9, created=7, rejections=reasons)


def test_rows_are_counted_once_however_many_reasons_they_have():
    report = a_report()
    assert report.rejected == 2
    assert report.rows == report.created + report.updated + report.unchanged + report.rejected


def test_a_csv_names_each_reason_and_runs_nothing():
    rows = list(csv.reader(io.StringIO(written(a_report(), "csv").decode("utf-8-sig"))))
    assert rows[1] == ["3", "주제", "Topic", "'=1+1", "안 됩니다", "no"]
    assert len(rows) == 4


def test_json_tells_all():
    told = json.loads(written(a_report(), "json"))
    assert told["rejected"] == 2
    assert told["rejections"][1]["reason"] == {"ko": "날짜가 아닙니다", "en": "no date"}


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_a_form_that_does_not_exist_is_refused(name):
    with pytest.raises(ReportFormUnknown, match="csv, json"):
        report_form(Path(name))
