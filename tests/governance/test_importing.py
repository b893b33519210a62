"""From a file to the hub: what is stored, what changes, and that every refusal is named."""

import pytest

from dalgu.governance.errors import HeaderLacksColumns
from dalgu.governance.mapping import parse_mapping
from dalgu.governance.register import register
from dalgu.hub.change import Action, Change

ORDINANCES = """조례 번호,조례명,주제,시행일,폐지일
5021,스마트도시 조성 및 운영 조례,스마트도시 조성·운영,2018-02-20,
5337,데이터기반행정 활성화 조례,데이터기반행정,2021-07-12,
"""
FIRST = "urn:ngsi-ld:Ordinance:5021"
STAFF = "사번,직군,FTE,소속\n홍길동-001,스마트도시,1,ict\n홍길동-002,기타,0.5,ict\n"
DEPARTMENTS = "부서코드,부서명,연계 대상\nict,정보통신담당관,예\n"


def value_of(entity, attribute):
    return entity[attribute]["value"]


def test_rows_become_entries_with_their_origin(town):
    report = town.fill("ordinances", ORDINANCES)
    assert (report.rows, report.created, report.rejected) == (2, 2, 0)
    entry = town.every("Ordinance")[FIRST]
    assert value_of(entry, "topic") == "smartCityCreation"
    assert value_of(entry, "since") == "2018-02-20"
    assert value_of(entry, "origin") == "register"
    assert entry["name"]["languageMap"]["ko"] == "스마트도시 조성 및 운영 조례"
    assert "until" not in entry


def test_a_second_import_changes_nothing(town):
    town.fill("ordinances", ORDINANCES)
    before = town.every("Ordinance")
    report = town.fill("ordinances", ORDINANCES)
    assert (report.unchanged, report.stored) == (2, 0)
    assert town.every("Ordinance") == before


def test_a_corrected_row_updates_its_entry_alone(town):
    town.fill("ordinances", ORDINANCES)
    report = town.fill("ordinances", ORDINANCES.replace("2018-02-20,", "2018-02-20,2026-01-31"))
    assert (report.updated, report.unchanged) == (1, 1)
    assert value_of(town.every("Ordinance")[FIRST], "until") == "2026-01-31"


def test_a_cell_that_was_emptied_takes_its_value_back(town):
    town.fill("ordinances", ORDINANCES.replace("2018-02-20,", "2018-02-20,2026-01-31"))
    report = town.fill("ordinances", ORDINANCES)
    assert report.updated == 1
    assert "until" not in town.every("Ordinance")[FIRST]


def test_a_column_that_the_file_lacks_takes_nothing_back_but_what_it_may(town):
    town.fill("ordinances", ORDINANCES)
    change = Change(Action.APPEND, FIRST, {"liveCount": {"type": "Property", "value": 7}})
    town.run(town.hub.apply([change]))
    town.fill("ordinances", ORDINANCES)
    assert value_of(town.every("Ordinance")[FIRST], "liveCount") == 7


def test_each_rejected_row_is_named_and_the_others_are_stored(town):
    file = ORDINANCES + "\n5400,,빅데이터,2019-02-30,\n5401,조례,빅데이터,2019-02-03,2018-01-01\n"
    report = town.fill("ordinances", file)
    assert report.created == 2
    told = [(one.row, one.column.en, one.value) for one in report.rejections]
    assert told == [
        (5, "Ordinance", ""),
        (5, "Since", "2019-02-30"),
        (6, "Until", "2018-01-01"),
    ]
    assert report.rejected == 2
    assert all(one.reason.ko and one.reason.en for one in report.rejections)
    assert report.rows == report.created + report.updated + report.unchanged + report.rejected


def test_a_strict_import_stores_nothing_when_a_row_is_rejected(town):
    report = town.fill("ordinances", ORDINANCES + "1,,,,\n", strict=True)
    assert (report.is_stored, report.rejected) == (False, 1)
    assert town.every("Ordinance") == {}
    assert town.every("Register") == {}


def test_a_strict_import_without_a_rejected_row_stores(town):
    assert town.fill("ordinances", ORDINANCES, strict=True).is_stored
    assert len(town.every("Ordinance")) == 2


def test_a_trial_tells_the_same_and_writes_nothing(town):
    town.fill("ordinances", ORDINANCES)
    head = town.head()
    changed = ORDINANCES.replace("5337", "5338")
    trial = town.fill("ordinances", changed, trial=True)
    assert town.head() == head
    real = town.fill("ordinances", changed)
    assert (trial.created, trial.updated, trial.unchanged) == (
        real.created,
        real.updated,
        real.unchanged,
    )


def test_one_key_twice_is_a_repetition_or_a_contradiction(town):
    lines = ORDINANCES.splitlines()
    file = "\n".join([*lines, lines[1], lines[1].replace("2018", "2019")])
    report = town.fill("ordinances", file)
    assert (report.created, report.unchanged, report.rejected) == (2, 1, 1)
    assert report.rejections[0].row == 5
    assert "row 2" in report.rejections[0].reason.en


def test_a_link_leads_to_an_entry_that_exists(town):
    assert town.fill("staff", STAFF).rejected == 2
    town.fill("departments", DEPARTMENTS)
    assert town.fill("staff", STAFF).created == 2
    linked = {one["unit"]["object"] for one in town.every("Staff").values()}
    assert linked == {"urn:ngsi-ld:Department:ict"}


def test_no_person_is_stored_or_told_in_clear(town, tmp_path):
    town.fill("departments", DEPARTMENTS)
    town.fill("staff", STAFF)
    wrong = town.fill("staff", "사번,직군,FTE,소속\n홍길동-003,없는직군,3,ict\n")
    assert not [one for one in wrong.rejections if "홍길동" in one.value]
    assert all(one.startswith("urn:ngsi-ld:Staff:pn1-") for one in town.every("Staff"))
    town.run(town.store.close())
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert "홍길동".encode() not in stored


def test_the_same_person_is_found_again_and_apart_from_other_scopes(town):
    town.fill("departments", DEPARTMENTS)
    town.fill("staff", STAFF)
    header = "사번,이수일,교육 과정,교육 시간,인정 여부\n"
    known = town.fill("trainings", header + " 홍길동-001 ,2026-05-20,데이터,16,예\n")
    strange = town.fill("trainings", header + "없는사람,2026-05-20,데이터,16,예\n")
    assert (known.created, strange.rejected) == (1, 1)
    assert strange.rejections[0].value == ""
    town.fill(
        "participation",
        "참여자,참여 유형,참여 시각,참여 경로\n홍길동-001,제안,2026-05-20 10:00,온라인\n",
    )
    [act] = town.every("Participation").values()
    assert f"urn:ngsi-ld:Staff:{value_of(act, 'person')}" not in town.every("Staff")


def test_a_full_export_closes_what_has_an_end_and_deletes_the_rest(town):
    town.fill("ordinances", ORDINANCES)
    lines = ORDINANCES.splitlines()
    report = town.fill("ordinances", "\n".join(lines[:2]), replace=True)
    assert (report.closed, report.deleted) == (1, 0)
    assert value_of(town.every("Ordinance")["urn:ngsi-ld:Ordinance:5337"], "until") == "2026-11-22"
    again = town.fill("ordinances", "\n".join(lines[:2]), replace=True)
    assert again.closed == 0
    problems = (
        "과제 번호,도시문제,발굴일,추진 단계\nP-1,가,2026-01-01,발굴\nP-2,나,2026-01-01,실증\n"
    )
    town.fill("city-problems", problems)
    report = town.fill("city-problems", problems.rpartition("P-2")[0], replace=True)
    assert (report.closed, report.deleted) == (0, 1)
    assert list(town.every("CityProblem")) == ["urn:ngsi-ld:CityProblem:P-1"]


def test_nothing_is_ended_while_a_row_is_rejected(town):
    town.fill("ordinances", ORDINANCES)
    report = town.fill("ordinances", ORDINANCES.replace("데이터기반행정,", "무엇,"), replace=True)
    assert (report.closed, report.rejected) == (0, 1)
    assert report.kept_back is not None
    assert "until" not in town.every("Ordinance")["urn:ngsi-ld:Ordinance:5337"]


def test_observations_go_into_the_history_of_what_exists(town):
    town.fill("intersections", "교차로 코드,신호 운영,신호제어 방식\nx001,예,AI\n")
    log = "교차로 코드,운영일,지능형 제어 작동\nx001,2026-11-19,예\n"
    log += "x001,2026-11-20,아니오\nx9,2026-11-20,예\n"
    report = town.fill("signal-operation", log)
    assert (report.updated, report.rejected) == (2, 1)
    history = town.run(town.hub.history("urn:ngsi-ld:Intersection:x001", "adaptiveActive"))
    assert [(one["observedAt"], one["value"]) for one, _ in history] == [
        ("2026-11-20T03:00:00Z", 0.0),
        ("2026-11-19T03:00:00Z", 1.0),
    ]
    assert all(message > 0 for _, message in history)
    assert town.fill("signal-operation", log).unchanged == 2


def test_the_register_remembers_when_and_from_what_it_was_filled(town):
    report = town.fill("ordinances", ORDINANCES + "1,,,,\n")
    [noted] = town.every("Register").values()
    assert value_of(noted, "importedAt") == "2026-11-22T03:00:00Z"
    assert value_of(noted, "fileSha256") == report.sha256
    assert (value_of(noted, "stored"), value_of(noted, "rejected")) == (2, 1)


def test_an_own_mapping_names_columns_and_what_is_so_of_every_row(town):
    own = parse_mapping(
        '[columns]\n"법규"="ordinance_number"\n"제목"="name"\n"언제"="since"\n'
        '[constants]\ntopic = "bigData"\n',
        register("ordinances"),
    )
    report = town.fill("ordinances", "법규,제목,언제\n1,가,2020-01-01\n", own=own)
    assert report.created == 1
    assert value_of(town.every("Ordinance")["urn:ngsi-ld:Ordinance:1"], "topic") == "bigData"


def test_a_header_without_required_columns_names_them(town):
    with pytest.raises(HeaderLacksColumns, match="시행일 / Since"):
        town.fill("ordinances", "조례 번호,조례명,주제\n1,가,빅데이터\n")


def test_thousands_of_won_are_won_in_the_hub(town):
    header = "회계연도,사업코드,사업명,스마트도시여부,예산액(천원),집행액(백만원),결산기준일\n"
    town.fill("expenditures", header + '2025,SC-1,허브,예,"1,200",1,2025-12-31\n')
    [entry] = town.every("Expenditure").values()
    assert value_of(entry, "appropriated") == 1_200_000
    assert value_of(entry, "executed") == 1_000_000
    assert entry["executed"]["unitCode"] == "KRW"


def test_dates_that_lie_ahead_are_refused_where_they_cannot(town):
    problems = "과제 번호,도시문제,발굴일,추진 단계\nP-1,가,2027-01-01,발굴\n"
    assert "future" in town.fill("city-problems", problems).rejections[0].reason.en


def test_batches_are_told_as_they_are_stored(town):
    rows = "".join(f"{n},조례 {n},기타,2020-01-01,\n" for n in range(4_500))
    seen = []
    report = town.fill("ordinances", ORDINANCES + rows, progress=seen.append)
    assert report.created == 4_502
    assert [one.done for one in seen] == [2_000, 4_000, 4_502]
