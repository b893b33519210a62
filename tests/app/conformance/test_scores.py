"""Scores come from robot's own record."""

from dalgu.app.conformance.scores import read_scores, table

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


def test_cases_are_counted_by_the_folder_they_lie_in(tmp_path):
    record = tmp_path / "output.xml"
    record.write_text(RECORD)
    scores = read_scores(record)
    counted = {name: (one.passed, one.total) for name, one in scores.items()}
    assert counted == {"Provision": (1, 2), "jsonldContext/Serve": (1, 1)}
    assert "| **all** | **2** | **3** |" in table(scores)
    assert scores["Provision"].failed == ["001_02 Again"]
