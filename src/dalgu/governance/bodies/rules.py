"""Quorum, quotas, terms and majorities of a body. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dalgu.kernel.deadlines import add_months
from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text

FORMS = {
    "in_person": Text("대면회의", "In person"),
    "online": Text("온라인회의", "Online"),
    "written": Text("서면심의", "By writing"),
}
MEETS = ("in_person", "online")  # a matter circulated in writing is no meeting
OUTCOMES = {
    "done": Text("이행함", "Done"),
    "partly": Text("일부 이행", "Partly done"),
    "not_done": Text("이행하지 못함", "Not done"),
}
MEMBER_KINDS = {
    "citizen": Text("시민", "Citizen"),
    "expert": Text("전문가", "Expert"),
    "industry": Text("기업", "Industry"),
    "council": Text("시의회", "City council"),
    "official": Text("공무원", "Official"),
}
_CHAIN = (Text("담당 과장", "Head of the division"), Text("담당 국장", "Head of the bureau"))
_BASIS = Text(
    "위원회 운영 기준(기본값, 확인 필요)", "Rules of committees (a default, to be confirmed)"
)


def _follow_up(name: str, ko: str, en: str, length: int) -> TermRule:
    return TermRule(
        id=f"follow_up.{name}",
        title=Text(ko, en),
        basis=_BASIS,
        length=length,
        unit=Unit.MONTHS,
        extension=length,
        most_extensions=2,
        chain=_CHAIN,
    )


FOLLOW_UPS = {
    rule.id: rule
    for rule in (
        _follow_up("month", "1개월 안에 이행 보고", "Report within a month", 1),
        _follow_up("quarter", "3개월 안에 이행 보고", "Report within three months", 3),
        _follow_up("half_year", "6개월 안에 이행 보고", "Report within six months", 6),
    )
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A quota that the present members do not keep."""

    what: str  # kind of member, or f or m
    is_too_many: bool
    count: int
    limit: int


def is_quorate(present: int, filled: int, quorum: float) -> bool:
    """Tell whether more than a share of the filled seats are there.

    >>> is_quorate(5, 10, 0.5), is_quorate(6, 10, 0.5)
    (False, True)
    """
    return filled > 0 and present > quorum * filled


def is_majority(ayes: int, voters: int) -> bool:
    """Tell whether more than half of those who may vote on a matter say yes.

    >>> is_majority(3, 6), is_majority(4, 6)
    (False, True)
    """
    return 2 * ayes > voters


def term_end(since: date, months: int) -> date:
    """Return the last day of a term.

    >>> term_end(date(2026, 3, 1), 24)
    datetime.date(2028, 2, 29)
    """
    return add_months(since, months) - timedelta(days=1)


def breaches(
    members: Iterable[tuple[str, str]],
    kinds: Mapping[str, tuple[int, int]],
    most_of_one_sex: float,
) -> list[Breach]:
    """Return the quotas that members, as pairs of kind and sex, do not keep.

    That no sex holds more than six tenths of the appointed seats is the Framework Act on Gender
    Equality, art. 21; officials, who sit by their office, do not count for it.
    """
    seated = list(members)
    by_kind = Counter(kind for kind, _ in seated)
    found = []
    for kind, (least, most) in kinds.items():
        if by_kind[kind] < least:
            found.append(Breach(kind, False, by_kind[kind], least))
        elif by_kind[kind] > most:
            found.append(Breach(kind, True, by_kind[kind], most))
    appointed = [sex for kind, sex in seated if kind != "official"]
    limit = int(most_of_one_sex * len(appointed))
    by_sex = Counter(sex for sex in appointed if sex)
    found += [
        Breach(sex, True, count, limit)
        for sex, count in sorted(by_sex.items())
        if count > most_of_one_sex * len(appointed)
    ]
    return found
