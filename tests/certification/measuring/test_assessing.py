"""What an assessment says besides numbers: status, method, age, spread, several frameworks."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.measuring.cities import (
    DAY,
    NOW,
    OneFramework,
    TestCity,
    city_of,
    entity,
    framework,
    indicator,
    urn,
)

from dalgu.certification.errors import ReferenceInFuture
from dalgu.certification.measurement import Method, Status

STAFF = {"type": ["Staff"], "aggregate": "sum", "of": "fte"}
ICT = STAFF | {"where": 'jobFamily=="ict"'}
SHARE = indicator("100 * ict / staff", numerator="ict", denominator="staff",
                  variables={"ict": ICT, "staff": STAFF})  # fmt: skip


def measured(folder, one, *entities, **options):
    city = city_of(folder, one)
    city.put(*entities)
    found = city.assess("test", **options)
    city.close()
    return found.measured["T-1"].snapshot


def staff(n, **more):
    return entity("Staff", n, **{"fte": 1.0, "jobFamily": "ict", **more})


def test_numerator_and_denominator_are_shown(tmp_path):
    city = city_of(tmp_path, SHARE)
    city.put(staff(1), staff(2, jobFamily="other", fte=0.5))
    found = city.assess("test").measurements["T-1"]
    city.close()
    assert (found.numerator, found.denominator, found.coverage) == (1.0, 1.5, 1.0)
    assert found.value == 100 / 1.5


@pytest.mark.parametrize(
    ("qualities", "status"),
    [
        (("measured", None), Status.MEASURED),
        (("estimated", "measured"), Status.ESTIMATED),
        (("estimated", "proxy"), Status.PROXY),
    ],
)
def test_the_least_reliable_subject_decides_the_status(tmp_path, qualities, status):
    told = [staff(n, quality=one) for n, one in enumerate(qualities)]
    assert measured(tmp_path, SHARE, *told).status is status


def test_a_subject_that_does_not_enter_decides_nothing(tmp_path):
    one = indicator("ict", variables={"ict": ICT})
    told = [staff(1), staff(2, jobFamily="other", quality="proxy")]
    assert measured(tmp_path, one, *told).status is Status.MEASURED


@pytest.mark.parametrize(
    ("more", "method"),
    [
        ({}, Method.AUTOMATIC),
        ({"origin": "register"}, Method.SEMIAUTOMATIC),
        ({"source": "인사과", "sourceDate": "2026-11-01"}, Method.SEMIAUTOMATIC),
    ],
)
def test_registers_make_a_value_semiautomatic(tmp_path, more, method):
    assert measured(tmp_path, SHARE, staff(1, **more)).method is method


@pytest.mark.parametrize(("days", "is_there"), [(364, True), (366, False)])
def test_a_register_older_than_it_may_be_gives_no_value(tmp_path, days, is_there):
    one = indicator("staff", max_age_days=365, variables={"staff": STAFF})
    issued = (NOW - days * DAY).isoformat().replace("+00:00", "Z")
    found = measured(tmp_path, one, staff(1, sourceDate=issued))
    assert (found.value is not None) is is_there
    assert (found.reason is None) is is_there


def test_a_missing_type_is_shown_as_missing_never_as_zero(tmp_path):
    found = measured(tmp_path, SHARE)
    assert (found.status, found.value, found.coverage) == (Status.NOT_AVAILABLE, None, 0.0)
    assert [one.value for one in found.variables] == [None, None]
    assert "Staff" in found.reason.en


def test_no_match_among_some_is_zero(tmp_path):
    assert measured(tmp_path, SHARE, staff(1, jobFamily="other")).value == 0.0


def test_an_entity_of_two_types_counts_once(tmp_path):
    one = indicator("x", variables={"x": {"type": ["Lot", "Street"], "aggregate": "sum",
                                          "of": "spaces"}})  # fmt: skip
    both = entity("Lot", 1, spaces=5) | {"type": ["Lot", "Street"]}
    assert measured(tmp_path, one, both, entity("Street", 2, spaces=2)).value == 7.0


def test_a_survey_has_the_standard_error_of_a_weighted_mean(tmp_path):
    answers = [(80, 1.0), (60, 2.0), (90, 0.5), (40, 1.5), (75, 1.0)]
    told = {"type": ["Answer"], "aggregate": "sum"}
    one = indicator(
        "scored / weights", denominator="weights", survey="scored",
        variables={"scored": told | {"of": "score * weight"}, "weights": told | {"of": "weight"}},
    )  # fmt: skip
    found = measured(
        tmp_path, one, *(entity("Answer", n, score=s, weight=w) for n, (s, w) in enumerate(answers))
    )
    score, weight = (np.array(column) for column in zip(*answers, strict=True))
    mean = np.average(score, weights=weight)
    # The jackknife agrees with the linearised error to first order; by hand it is 7.7.
    without = [
        np.average(np.delete(score, n), weights=np.delete(weight, n)) for n in range(len(score))
    ]
    jackknife = np.sqrt((len(score) - 1) * np.var(without))
    assert found.value == pytest.approx(mean)
    assert found.standard_error == pytest.approx(jackknife, rel=0.2)


def test_equal_weights_give_the_error_of_a_mean(tmp_path):
    told = {"type": ["Answer"]}
    one = indicator(
        "10 * scored / n", denominator="n", survey="scored",
        variables={"scored": told | {"aggregate": "sum", "of": "score"}, "n": told},
    )  # fmt: skip
    scores = [3.0, 5.0, 8.0, 4.0]
    found = measured(tmp_path, one, *(entity("Answer", n, score=s) for n, s in enumerate(scores)))
    assert found.standard_error == pytest.approx(10 * np.std(scores, ddof=1) / 2)


def test_a_reference_date_that_has_not_come_is_refused(tmp_path):
    city = city_of(tmp_path, SHARE)
    with pytest.raises(ReferenceInFuture):
        city.assess("test", reference=NOW + DAY)
    city.close()


def test_the_reference_date_decides_who_is_in_force(tmp_path):
    told = {"type": ["Plan"], "valid": {"since": "since", "until": "until"}}
    one = indicator("x", variables={"x": told})
    city = city_of(tmp_path, one)
    city.put(entity("Plan", 1, since="2026-01-01", until="2026-06-30"),
             entity("Plan", 2, since="2026-06-30"))  # fmt: skip
    values = [
        city.assess("test", reference=NOW - n * DAY).measurements["T-1"].value
        for n in (400, 200, 145, 0)  # the 145th day before is 30 June
    ]
    city.close()
    assert values == [0.0, 1.0, 2.0, 1.0]


def test_frameworks_are_measured_in_one_pass(tmp_path):
    two = OneFramework(framework(SHARE, name="one"), framework(SHARE, name="two"))
    city = TestCity(tmp_path, two)
    city.put(staff(1))
    read = []
    found = city.run(
        city.certification.assess_all(["one", "two"], progress=lambda at: read.append(at))
    )
    city.run(city.hub.types())
    city.close()
    assert [one.measurements["T-1"].value for one in found] == [100.0, 100.0]
    assert [one.name for one in read if one.step == "read"] == ["Staff"]
    assert [(one.done, one.total) for one in read if one.step == "measure"] == [(1, 2), (2, 2)]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=6),
    st.sampled_from([0.001, 0.5, 2.0, 60.0, 1000.0]),
)
def test_a_ratio_does_not_change_with_the_unit_of_its_parts(tmp_path_factory, told, factor):
    values = []
    for scale in (1.0, factor):
        people = [
            staff(n, fte=fte * scale, jobFamily="ict" if is_ict else "other")
            for n, (fte, is_ict) in enumerate(told)
        ]
        values.append(measured(tmp_path_factory.mktemp("unit"), SHARE, *people).value)
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_self_assessed_levels_wait_for_reviewers(tmp_path):
    city = TestCity(tmp_path)
    ours = {"framework": "kr-scc-2021", "indicator": "K63-05"}
    city.put(
        entity("MaturitySelfAssessment", 1, **ours, level=2, assessedOn="2025-01-01"),
        entity("MaturitySelfAssessment", 2, **ours, level=4, assessedOn="2026-11-01",
               evidence="비전 2030"),
        entity("MaturitySelfAssessment", 3, **ours, level=5, assessedOn="2027-01-01"),
        entity("MaturitySelfAssessment", 4, **ours | {"framework": "u4ssc"}, level=1,
               assessedOn="2026-11-02"),
        entity("MaturitySelfAssessment", 5, **ours, level=9, assessedOn="2026-11-03"),
    )  # fmt: skip
    standing = city.run(city.certification.scorecard()).standing("K63-05")
    city.close()
    assert standing.maturity.self_level == 4
    assert standing.maturity.evidence == ("비전 2030", urn("MaturitySelfAssessment", 2))
    assert (standing.points, standing.line.state) == (0.0, "awaiting_review")


def test_a_city_can_be_loaded_from_json(tmp_path):
    file = tmp_path / "city.json"
    told = [{"id": urn("Staff", 1), "type": "Staff", "fte": 2, "unit": urn("Unit", 1)}]
    file.write_text(json.dumps(told), "utf-8")
    city = city_of(tmp_path, indicator("x", variables={"x": STAFF}))
    city.load(file)
    assert city.assess("test").measurements["T-1"].value == 2.0
    city.close()


def test_an_assessment_of_63_indicators_writes_few_times(tmp_path):
    city = TestCity(tmp_path)
    before = city.run(city.hub.head())
    found = city.assess()
    assert len(found.measured) == 43
    assert city.run(city.hub.head()) == before + 43
    city.close()
