"""The conformance command reads robot's own record, and says what it lacks."""

import pytest

from dalgu.app.conformance import SuiteInvalid, bundle, read_scores, run, table
from dalgu.kernel.errors import PartNotInstalled

RECORD = """<robot><suite name="All">
<suite name="Provision" source="/s/TP/NGSI-LD/Provision">
  <suite name="001 01" source="/s/TP/NGSI-LD/Provision/001_01.robot">
    <test name="001_01 Create"><status status="PASS"/></test>
    <test name="001_02 Again"><status status="FAIL">201 != 409</status></test>
    <test name="001_03 Left out"><status status="SKIP"/></test>
  </suite>
</suite>
<suite name="053 01" source="/s/TP/NGSI-LD/jsonldContext/Serve/053_01.robot">
  <test name="053_01 Serve"><status status="PASS"/></test>
</suite>
</suite></robot>"""


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "TP/NGSI-LD/Provision").mkdir(parents=True)
    contexts = tmp_path / "resources/jsonld-contexts"
    contexts.mkdir(parents=True)
    for name in ("ngsi-ld-test-suite-compound.jsonld", "ngsi-ld-test-suite.jsonld"):
        (contexts / name).write_text('{"@context": {"Room": "https://r.example/Room"}}')
    return tmp_path


def test_cases_are_counted_by_the_folder_they_lie_in(tmp_path):
    record = tmp_path / "output.xml"
    record.write_text(RECORD)
    scores = read_scores(record)
    counted = {name: (one.passed, one.total) for name, one in scores.items()}
    assert counted == {"Provision": (1, 2), "jsonldContext/Serve": (1, 1)}
    assert "| **all** | **2** | **3** |" in table(scores)
    assert "- Provision: 001_02 Again" in table(scores)


def test_contexts_of_the_suite_are_known_without_the_network(suite):
    known = bundle(suite)
    assert all("Room" in document["@context"] for document in known.values())
    assert "http://smartdatamodels.org/context.jsonld" in known


def test_a_folder_without_the_suite_is_refused(suite, tmp_path):
    with pytest.raises(SuiteInvalid):
        run(tmp_path / "nowhere", [], report=tmp_path / "table.md")
    with pytest.raises(SuiteInvalid):
        run(suite, ["Consumption"], report=tmp_path / "table.md")


def test_without_robot_the_command_that_brings_it_is_named(suite, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(PartNotInstalled, match="pip install robotframework"):
        run(suite, [], report=tmp_path / "table.md")
