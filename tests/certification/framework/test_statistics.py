"""What a city has to declare, as rows to fill in."""

import csv
import io

from dalgu.certification.framework.loading import load
from dalgu.certification.framework.statistics import blank_csv, statistics_of

U4SSC = load("u4ssc")


def test_each_statistic_is_listed_once_with_its_unit_and_who_asks():
    found = {one.key: one for one in statistics_of(U4SSC)}
    assert len(found) == len(statistics_of(U4SSC))
    assert found["roads.majorLength"].unit == "km"
    assert set(found["economy.gdp"].indicators) == {"EC: P: IN: 1C", "SC: SH: SA: 2C"}


def test_a_variable_counts_a_statistic_in_no_other_unit_than_its_own():
    for indicator in U4SSC.indicators:
        for variable in indicator.variables.values():
            asks_unit = f'unit=="{variable.unit}"' in variable.where
            assert asks_unit == ("CityStatistic" in variable.type)


def test_the_rows_to_fill_in_have_the_columns_of_the_register():
    header, first, *_ = csv.reader(io.StringIO(blank_csv(U4SSC)))
    assert header[:4] == ["statistic", "reference_date", "value", "unit"]
    assert first[:5] == ["households.withInternet", "", "", "household", "인터넷 접속 가구"]
