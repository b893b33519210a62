"""`dalgu certify export`: the formats it knows."""

import json

import pytest
from typer.testing import CliRunner

from dalgu.cli import app


@pytest.fixture
def dalgu(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        return CliRunner().invoke(app, [*words, "--data", "city"])

    return run


def test_a_city_that_measured_nothing_yet_exports_what_is_asked_of_it(dalgu, tmp_path):
    assert dalgu("link").exit_code == 0  # makes the city
    asked = ("certify", "export", "--format", "cccev", "--out", "out.jsonld", "--framework")
    answer = dalgu(*asked, "u4ssc")
    assert answer.exit_code == 0, answer.output
    graph = json.loads((tmp_path / "out.jsonld").read_bytes())["@graph"]
    kinds = [one["@type"] for one in graph]
    assert kinds.count(["cv:Criterion", "cv:Requirement"]) == 91
    assert "cv:SupportedValue" not in kinds


def test_a_format_that_is_none_is_refused_with_those_that_are(dalgu, tmp_path):
    answer = dalgu("certify", "export", "--format", "pdf", "--out", "x")
    assert answer.exit_code == 2
    assert "cccev, xlsx, kpi" in answer.output
    assert not (tmp_path / "x").exists()
