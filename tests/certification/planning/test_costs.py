import re

import numpy as np
import pytest
from tests.certification.scoring.frameworks import a_city, framework, measured, of_63, quantitative

from dalgu.certification.planning.costs import Costs, Improvement, Step, read_costs, template
from dalgu.certification.planning.errors import CostsInvalid
from dalgu.certification.scoring.basis import Basis

TOML = b"""
budget = 1_000_000_000
excludes = [["A", "B"]]
requires = [{ indicator = "A", needs = "C" }]
floors = { INN = 0.4 }

[[improvements]]
indicator = "A"
cost_per_unit = 1_000_000
up_to = 60

[[improvements]]
indicator = "L"
steps = [{ to = 4, cost = 120_000_000 }]
"""


def test_a_table_of_costs_is_read_from_toml_and_json():
    costs = read_costs(TOML, "costs.toml")
    assert costs.budget == 1_000_000_000
    assert costs.improvements[1] == Improvement("L", steps=[Step(4, 120_000_000)])
    json = b'{"improvements": [{"indicator": "A", "steps": [{"to": 3, "cost": 5}]}]}'
    assert read_costs(json, "costs.json") == Costs([Improvement("A", steps=[Step(3, 5)])])


@pytest.mark.parametrize(
    ("body", "file", "line", "field"),
    [
        (b"budget = 1\nbudget = ", "c.toml", 2, ""),
        (b'[[improvements]]\nindicator = "A"\nprice = 3', "c.toml", 3, "improvements[0].price"),
        (b'budget = "much"', "c.toml", 1, "budget"),
        (b'{"budget": }', "c.json", 1, ""),
        (b"\xff\xfe", "c.toml", 1, ""),
        (b"\xff\xfe", "c.json", 1, ""),
        (b"budget = " + b"[" * 5_000, "c.toml", 1, ""),
        (b"budget = " + b"9" * 5_000, "c.toml", 1, ""),
        (b'{"budget": ' + b"[" * 100_000, "c.json", 1, ""),
    ],
)
def test_a_broken_table_names_line_and_field(body, file, line, field):
    with pytest.raises(CostsInvalid) as refused:
        read_costs(body, file)
    assert (refused.value.parts["line"], refused.value.parts["field"]) == (line, field)


def test_the_template_lists_what_is_not_full_and_is_valid_as_it_stands():
    one = of_63()
    basis = Basis("large", *a_city(one, np.random.default_rng(3), 80))
    text = template(one, basis)
    assert read_costs(text.encode(), "costs.toml") == Costs()
    listed = re.findall(r'^# indicator = "(.+)"', text, re.MULTILINE)
    sheet = basis.score(one)
    assert listed == [x.indicator for x in sheet.lines if x.points < x.max_points]
    assert 0 < len(listed) < 63


def test_an_entry_of_the_template_is_uncommented_and_filled_in():
    one = framework([quantitative("A", "I1", 40)])
    text = template(one, Basis("large", {"A": measured("A", 25, snapshot="")}))
    assert "25 a (No evidence); 40.00 points to gain" in text
    filled = text.replace("cost_per_unit =    #", "cost_per_unit = 5000    #")
    entry = [line[2:] for line in filled.splitlines() if line.startswith("# ")]
    begin = entry.index("[[improvements]]")
    [offer] = read_costs("\n".join(entry[begin:]).encode(), "c.toml").improvements
    assert offer == Improvement("A", cost_per_unit=5000, up_to=100)
