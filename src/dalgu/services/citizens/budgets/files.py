"""Rounds as Pabulib files: written with every ballot, read from elsewhere."""

from collections.abc import Iterable
from datetime import timedelta

from dalgu.kernel.clock import local
from dalgu.services.citizens.budgets.deeds import Imported
from dalgu.services.citizens.budgets.state import Round, Rule
from dalgu.services.citizens.shares import pabulib
from dalgu.services.citizens.shares.election import Election
from dalgu.services.citizens.shares.pabulib import Pabulib

LONGEST_TITLE = 120
RULE_WORDS = {Rule.EQUAL: "equalshares", Rule.GREEDY: "greedy"}


def written(found: Round, election: Election, winners: Iterable[str], city: str) -> Pabulib:
    """Return a round as a file: voters are numbered as the published ballots lie."""
    funded = set(winners)
    opened = local(found.closes_at - timedelta(0)) if found.closes_at else local(found.called_at)
    meta = (
        ("description", found.title.en),
        ("country", "Korea"),
        ("unit", city),
        ("instance", str(opened.year)),
        ("num_projects", str(len(election.projects))),
        ("num_votes", str(len(election.ballots))),
        ("budget", str(election.budget)),
        ("vote_type", "approval"),
        ("rule", RULE_WORDS[found.rule]),
        ("date_end", f"{opened:%d.%m.%Y}"),
        ("max_length", str(found.most)),
        ("currency", "KRW"),
        ("equalshares_step", str(found.step)),
    )
    titles = {idea.option: idea.title for idea in found.ideas.values()}
    projects = [
        (
            one.id,
            one.cost,
            titles.get(one.id, one.id),
            election.votes[one.id],
            int(one.id in funded),
        )
        for one in election.projects
    ]
    votes = [
        (number, ",".join(sorted(ballot))) for number, ballot in enumerate(election.ballots, 1)
    ]
    return Pabulib(
        pabulib.table(("key", "value"), meta),
        pabulib.table(("project_id", "cost", "name", "votes", "selected"), projects),
        pabulib.table(("voter_id", "vote"), votes),
    )


def imported(number: int, file: Pabulib, election: Election) -> Imported:
    """Return the deed that takes a file in."""
    records = {one["project_id"]: one for _, one in file.projects.records()}
    ids = tuple(project.id for project in election.projects)
    official = file.winners or frozenset()
    place = " ".join(file.value(key) for key in ("unit", "subunit", "instance")).strip()
    title = (file.value("description") or place)[:LONGEST_TITLE]
    return Imported(
        number=number,
        title=title or f"Pabulib {number}",
        amount=election.budget,
        rule=Rule.EQUAL if "equalshares" in file.value("rule") else Rule.GREEDY,
        titles=tuple((records[one].get("name") or one)[:LONGEST_TITLE] for one in ids),
        costs=tuple(project.cost for project in election.projects),
        ids=ids,
        official=tuple(n for n, one in enumerate(ids, 1) if one in official),
        ballots=len(election.ballots),
    )
