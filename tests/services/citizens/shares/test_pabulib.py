import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.citizens.shares import equal, pabulib
from dalgu.services.citizens.shares.refusals import PabulibInvalid

SMALL = """META
key;value
description;A small one
budget;100
num_projects;2
PROJECTS
project_id;cost;name;selected
1;40;"Benches; and shade";1
2;70;Lamps;0
VOTES
voter_id;vote;age
a;1,2;34
b;;51
"""
FOLDER = Path(os.environ.get("DALGU_TEST_DATA", ""), "pabulib")
WIELICZKA = FOLDER / "poland_wieliczka_2023.pb"


def test_a_file_is_read_with_its_election_and_its_winners():
    found = pabulib.read(SMALL)
    assert found.value("description") == "A small one"
    assert found.winners == {"1"}
    election = found.election()
    assert election.budget == 100
    assert [(p.id, p.cost) for p in election.projects] == [("1", 40), ("2", 70)]
    assert election.ballots == (frozenset({"1", "2"}), frozenset())
    assert next(found.projects.records())[1]["name"] == "Benches; and shade"


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)
names = st.text(st.characters(whitelist_categories=("Ll",)), min_size=1, max_size=8)


@st.composite
def tables(draw, head, needed):
    more = draw(
        st.lists(names.filter(lambda one: one not in (head, needed)), unique=True, max_size=3)
    )
    columns = (head, needed, *more)
    ids = draw(st.lists(names, unique=True, max_size=5))
    rows = [(one, *draw(st.tuples(*[texts] * (len(columns) - 1)))) for one in ids]
    return pabulib.table(columns, rows)


@settings(max_examples=80)
@given(tables("key", "value"), tables("project_id", "cost"), tables("voter_id", "vote"))
def test_whatever_is_written_is_read_again(meta, projects, votes):
    file = pabulib.Pabulib(meta, projects, votes)
    assert pabulib.read(pabulib.write(file)) == file


def test_reading_and_writing_leaves_a_file_as_it_was():
    assert pabulib.write(pabulib.read(SMALL)) == SMALL


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("META\n", "HELLO\n", 1, "a section is expected"),
        ("VOTES\n", "META\n", 10, "begins a second time"),
        ("VOTES\nvoter_id;vote;age\na;1,2;34\nb;;51\n", "", 10, "section VOTES is missing"),
        ("project_id;", "id;", 7, "must begin with 'project_id'"),
        ("project_id;cost;", "project_id;price;", 7, "lacks 'cost'"),
        ("cost;name;selected", "cost;name;name", 7, "a column twice"),
        ("2;70;Lamps;0", "2;70;Lamps", 9, "3 fields stand where"),
        ("2;70;Lamps;0", "1;70;Lamps;0", 9, "stands there twice"),
        ('shade";1', 'shade" x;1', 8, "cannot be read"),
    ],
)
def test_what_does_not_hold_is_told_with_its_line(old, new, line, reason):
    with pytest.raises(PabulibInvalid) as refused:
        pabulib.read(SMALL.replace(old, new, 1))
    assert refused.value.parts["line"] == line
    assert reason in refused.value.parts["reason"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("budget;100", "budget;many", 4, "budget 'many' is not"),
        ("budget;100", "purse;100", 1, "names no 'budget'"),
        ("2;70;", "2;70.5;", 9, "cost '70.5' is not"),
        ("2;70;", "2;0;", 9, "at least 1"),
        ("a;1,2;34", "a;1,9;34", 12, "names project '9'"),
    ],
)
def test_what_is_no_election_is_told_with_its_line(old, new, line, reason):
    with pytest.raises(PabulibInvalid) as refused:
        pabulib.read(SMALL.replace(old, new, 1)).election()
    assert refused.value.parts["line"] == line
    assert reason in refused.value.parts["reason"]


def test_a_file_whose_meta_has_no_heading_is_read_and_written_with_one():
    file = pabulib.read(SMALL.replace("key;value\n", ""))
    assert file == pabulib.read(SMALL)
    assert pabulib.write(file) == SMALL


@pytest.mark.parametrize("told", ["100.00", "100,00", "100.75"])
def test_of_a_budget_only_whole_units_buy_projects_of_whole_costs(told):
    assert pabulib.read(SMALL.replace("budget;100", f"budget;{told}")).election().budget == 100


@pytest.mark.skipif(
    not WIELICZKA.exists(),
    reason=f"{WIELICZKA} is absent: GitHub COMSOC-Community/pabutools, analysis/",
)
def test_wieliczka_2023_elects_its_thirty_winners():
    file = pabulib.read(WIELICZKA.read_text("utf-8"))
    outcome = equal.equal_shares(file.election())
    assert frozenset(outcome.winners) == file.winners
    assert (len(outcome.winners), outcome.cost, outcome.raised) == (30, 995_079, 164)
