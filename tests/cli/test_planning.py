"""`dalgu certify what-if | probability | effort | compare`: what they answer and refuse."""

import asyncio

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from dalgu.app.commands.opening import any_city
from dalgu.certification.comparison.profile import profile, read_profile, write_profile
from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.measuring.recording import indicator_id
from dalgu.certification.planning.costs import Costs, read_costs
from dalgu.certification.scoring.basis import Basis
from dalgu.cli import app
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text

FRAMEWORK = load("kr-scc-2021")


def basis(seed, city_type="large", middle=0.72):
    rng = np.random.default_rng(seed)
    values, levels = {}, {}
    for one in FRAMEWORK.indicators:
        share = float(np.clip(rng.normal(middle, 0.1), 0, 1))
        if one.kind == "qualitative":
            levels[one.code] = Maturity(one.code, 4, (round(share * 5),) * 3)
            continue
        posts = one.goalposts_for(city_type)
        value = posts.zero_at + share * (posts.full_at - posts.zero_at)
        values[one.code] = Measurement(
            one.code, Status.MEASURED, value, coverage=0.9, snapshot="digest"
        )
    return Basis(city_type, values, levels)


@pytest.fixture
def dalgu(tmp_path, monkeypatch):
    """Run a command beside three profiles: two large cities and a small one."""
    monkeypatch.chdir(tmp_path)
    for n, city_type in ((1, "large"), (2, "large"), (3, "small")):
        city = profile(FRAMEWORK, f"city-{n}", Text(f"도시{n}", f"City {n}"), basis(n, city_type))
        (tmp_path / f"{n}.json").write_bytes(write_profile(city))

    def run(*words):
        return CliRunner().invoke(app, ["certify", *words, "--data", "city"])

    return run


def test_a_template_is_written_and_valid(dalgu, tmp_path):
    answer = dalgu("what-if", "--template", "costs.toml", "--profile", "1.json")
    assert answer.exit_code == 0, answer.output
    body = (tmp_path / "costs.toml").read_bytes()
    assert read_costs(body, "costs.toml") == Costs()
    assert body.count(b"[[improvements]]") > 50


def costs(tmp_path, **more):
    city = basis(1).score(FRAMEWORK)
    offers = [
        {"indicator": x.indicator, "cost_per_unit": 1_000_000, "up_to": 5}
        for x in city.lines
        if x.kind == "qualitative" and x.level < 5
    ]
    (tmp_path / "costs.json").write_bytes(msgspec.json.encode({"improvements": offers, **more}))


def test_the_cheapest_way_is_told_with_its_marks(dalgu, tmp_path):
    costs(tmp_path)
    ask = ("what-if", "--grade", "2", "--costs", "costs.json", "--profile", "1.json")
    answer = dalgu(*ask)
    assert answer.exit_code == 0, answer.output
    assert "reconstructed: a reckoning, no certificate" in answer.output
    assert "grade 2, for" in answer.output
    plan = msgspec.json.decode(dalgu(*ask, "--json").output)
    assert plan["after"]["total"] >= 1600
    raised = sum(change["after"] - change["before"] for change in plan["changes"])
    assert plan["cost"] == 1_000_000 * raised


def test_what_is_out_of_reach_says_what_it_takes(dalgu, tmp_path):
    costs(tmp_path)
    ask = ("what-if", "--grade", "2", "--costs", "costs.json", "--profile", "1.json")
    answer = dalgu(*ask, "--budget", "1000000")
    assert answer.exit_code == 1
    assert "out of reach: budget; it takes" in answer.output


def test_a_question_without_grade_or_costs_is_a_usage_error(dalgu):
    assert dalgu("what-if", "--profile", "1.json").exit_code == 2


def test_the_probability_names_its_draws_and_its_measure(dalgu):
    ask = ("probability", "--draws", "300", "--seed", "4", "--profile", "1.json")
    answer = dalgu(*ask)
    assert answer.exit_code == 0, answer.output
    assert "300 draws, seed 4" in answer.output
    assert answer.output == dalgu(*ask).output
    told = msgspec.json.decode(dalgu(*ask, "--json").output)
    assert sum(share for _, share in told["share_of_grade"]) == pytest.approx(1)


def test_the_efforts_are_listed_with_what_the_next_grade_lacks(dalgu):
    answer = dalgu("effort", "--profile", "1.json", "--lang", "ko")
    assert answer.exit_code == 0, answer.output
    assert "lacks" in answer.output
    assert "지표 개선" in answer.output
    told = msgspec.json.decode(dalgu("effort", "--profile", "1.json", "--json").output)
    assert len(told["sensitivity"]) == 63


def test_cities_of_one_type_are_ranked(dalgu):
    answer = dalgu("compare", "1.json", "2.json", "--draws", "200")
    assert answer.exit_code == 0, answer.output
    assert "City 1" in answer.output
    assert "nearest: city-" in answer.output


def test_cities_of_two_types_are_refused_or_marked(dalgu):
    answer = dalgu("compare", "1.json", "3.json")
    assert isinstance(answer.exception, DalguError)
    assert "large, small" in str(answer.exception)
    shown = dalgu("compare", "1.json", "3.json", "--not-comparable")
    assert "NOT COMPARABLE" in shown.output


def test_a_file_that_is_no_profile_is_named(dalgu, tmp_path):
    (tmp_path / "bad.json").write_text("{}", "utf-8")
    answer = dalgu("compare", "1.json", "bad.json")
    assert "bad.json" in str(answer.exception)
    (tmp_path / "big.json").write_bytes(b" " * 8_000_001)
    assert "8,000,000" in str(dalgu("effort", "--profile", "big.json").exception)


@pytest.fixture
def measured(dalgu, tmp_path):
    """A city in which one indicator was measured at half of its points."""

    async def measure():
        async with any_city(Settings(data_dir=str(tmp_path / "city"))) as platform:
            kpi = KeyPerformanceIndicator(
                id=indicator_id("kr-scc-2021", "K63-01"),
                observed_at=platform.clock.now(),
                framework="kr-scc-2021",
                indicator="K63-01",
                current_standing="measured",
                kpi_value=17.5,
                coverage=1.0,
                method="semiautomatic",
                measurement="digest",
            )
            await platform.hub.upsert([kpi])

    asyncio.run(measure())
    return dalgu


def test_without_a_profile_the_city_itself_is_asked(measured, tmp_path):
    answer = measured("effort")
    assert answer.exit_code == 0, answer.output
    assert "12.50 of 2,000 points, grade 5" in answer.output


def test_a_city_writes_its_profile_and_is_asked_by_it_alike(measured, tmp_path):
    assert measured("profile", "me.json").exit_code == 0
    told = read_profile((tmp_path / "me.json").read_bytes(), "me.json")
    assert (told.city, told.framework, told.legal_effect) == ("daegu", "kr-scc-2021", False)
    assert told.basis.measurements["K63-01"].value == 17.5
    assert told.reference_date
    assert measured("effort", "--profile", "me.json").output == measured("effort").output
