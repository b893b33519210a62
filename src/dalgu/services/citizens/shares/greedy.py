"""The usual rule: most votes first, what no longer fits is passed over."""

from dalgu.services.citizens.shares.election import Election


def greedy(election: Election) -> tuple[str, ...]:
    """Return the winners in the order in which they are taken.

    Ties go to the lower cost, then to the project that stands first.
    """
    votes, left = election.votes, election.budget
    winners = []
    for project in sorted(election.projects, key=lambda one: (-votes[one.id], one.cost)):
        if votes[project.id] and project.cost <= left:
            winners.append(project.id)
            left -= project.cost
    return tuple(winners)
