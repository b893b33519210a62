"""What can be chosen in the forms of the process, and what stands in them at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dalgu.access.actor import Actor
from dalgu.center.pages.process.fields import Option
from dalgu.certification.framework.model import Framework
from dalgu.certification.process.state import Case, World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import ProgrammeRole
from dalgu.kernel.text import Text

USUAL_DAYS = 14  # for a supplement, an explanation: the operator may set any other day
JUDGES = (ProgrammeRole.REVIEWER, ProgrammeRole.COMMITTEE_MEMBER)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a form is filled in: by whom, on which day, about what."""

    world: World
    actor: Actor
    today: date
    programme: str = ""
    case: Case | None = None
    round: str = ""
    framework: Framework | None = None

    def choices(self) -> dict[str, Sequence[Option]]:
        """Return what each field offers, by its name."""
        found: dict[str, Sequence[Option]] = {
            "round": self._rounds(),
            "reviewers": self.persons(ProgrammeRole.REVIEWER),
            "lead": self.persons(ProgrammeRole.REVIEWER),
            "group": self._groups(),
        }
        if self.case is not None:
            found["person"] = self.persons(*JUDGES)
            found |= self._of_case(self.case)
        if self.round:
            found |= self._of_round()
        return {name: options for name, options in found.items() if options}

    def defaults(self) -> Mapping[str, Sequence[str]]:
        """Return what stands in each field at first."""
        year_end = date(self.today.year - 1, 12, 31)
        found = {
            "due": [(self.today + timedelta(days=USUAL_DAYS)).isoformat()],
            "reference_date": [year_end.isoformat()],
            "signed_on": [self.today.isoformat()],
            "since": [self.today.isoformat()],
            "contact": [self.actor.id],
            "deciders": [self.actor.id],
        }
        grant = self.world.grants.get((self.programme, self.actor.id))
        if grant is not None and grant.role is ProgrammeRole.APPLICANT:
            found["code"] = [grant.organisation]
        if self.case is not None:
            found["reviewers"] = list(self.case.reviewers)
            found["lead"] = [self.case.lead]
            found["population"] = [str(self.case.government.population)]
        return found

    def persons(self, *roles: ProgrammeRole) -> list[Option]:
        """Return who has one of some roles in the programme, by pseudonym."""
        return [
            Option(grant.person, _worded(grant.person, title_of(grant.role)))
            for (of, _), grant in self.world.grants.items()
            if of == self.programme and grant.role in roles
        ]

    def _rounds(self) -> list[Option]:
        return [
            Option(name, Text(f"{name} ({one.plan.year})", f"{name} ({one.plan.year})"))
            for name, one in self.world.rounds.items()
            if one.plan.programme == self.programme and one.announced_on is not None
        ]

    def _groups(self) -> list[Option]:
        planned = self.world.rounds.get(self.round)
        if planned is None:
            return []
        return [Option(one.code, Text(one.title_ko, one.title_en)) for one in planned.plan.groups]

    def _of_round(self) -> dict[str, Sequence[Option]]:
        seats = self.world.rounds[self.round].seats
        return {
            "person": self.persons(ProgrammeRole.COMMITTEE_MEMBER),
            "chair": _plain(seats),
            "present": _plain(seats),
            "votes_for": _plain(seats),
        }

    def _of_case(self, case: Case) -> dict[str, Sequence[Option]]:
        files = [Option(digest, Text(one.name, one.name)) for digest, one in case.files.items()]
        return {
            "sha256": files,
            "files": files,
            "photos": files,
            "evidence": [
                Option(key, Text(one.title, one.title)) for key, one in case.evidence.items()
            ],
            "objection": _plain(one.id for one in case.open_objections),
            "indicator": self._indicators(),
        }

    def _indicators(self) -> list[Option]:
        if self.framework is None:
            return []
        return [Option(one.code, _worded(one.code, one.name)) for one in self.framework.indicators]


def _plain(values: Iterable[str]) -> list[Option]:
    return [Option(value, Text(value, value)) for value in values]


def _worded(code: str, title: Text) -> Text:
    return Text(f"{code} · {title.ko}", f"{code} · {title.en}")
