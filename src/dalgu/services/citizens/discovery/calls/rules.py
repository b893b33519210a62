"""Test-bed calls: the stages, the permits with their terms, how reviews count. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text

LEAST_REVIEWS = 3
PASS_MARK = 6.0
CRITERIA = {
    "need": Text("도시문제와의 관련", "Answers a problem of the city"),
    "technology": Text("기술의 준비 정도", "The technology is ready"),
    "safety": Text("안전과 개인정보", "Safety and privacy"),
    "plan": Text("실증 계획과 지표", "Plan and indicators"),
    "afterwards": Text("이후의 활용", "What comes afterwards"),
}


class Stage(StrEnum):
    """How far an application has come."""

    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    AGREED = "agreed"
    RUNNING = "running"
    CERTIFIED = "certified"
    STOPPED = "stopped"


ENDED = (Stage.INELIGIBLE, Stage.NOT_SELECTED, Stage.CERTIFIED, Stage.STOPPED)
STAGES = {
    Stage.SUBMITTED: Text("접수", "Submitted"),
    Stage.ELIGIBLE: Text("자격 확인", "Eligible"),
    Stage.INELIGIBLE: Text("자격 미달", "Not eligible"),
    Stage.SELECTED: Text("선정", "Selected"),
    Stage.NOT_SELECTED: Text("미선정", "Not selected"),
    Stage.AGREED: Text("협약", "Agreed"),
    Stage.RUNNING: Text("실증 중", "Running"),
    Stage.CERTIFIED: Text("실증 확인", "Certified"),
    Stage.STOPPED: Text("중단", "Stopped"),
}
_TO_CONFIRM = Text(
    "처리 기간은 기본값이며 확인이 필요함", "the length is a default to be confirmed"
)


def _permit(name: str, title: Text, law: Text, length: int) -> TermRule:
    return TermRule(
        id=f"permit.{name}",
        title=title,
        basis=Text(f"{law.ko} ({_TO_CONFIRM.ko})", f"{law.en} ({_TO_CONFIRM.en})"),
        length=length,
        unit=Unit.WORKING_DAYS,
        extension=length,
        most_extensions=1,
        chain=(Text("담당 과장", "Head of the division"),),
    )


PERMITS = {
    "privacy": _permit(
        "privacy",
        Text("개인정보·영상정보 검토", "Privacy and images"),
        Text("개인정보 보호법", "Personal Information Protection Act"),
        10,
    ),
    "road": _permit(
        "road",
        Text("도로 점용 허가", "Use of the road"),
        Text("도로법 제61조", "Road Act, art. 61"),
        10,
    ),
    "drone": _permit(
        "drone",
        Text("드론 비행 승인", "Drone flights"),
        Text("항공안전법 제127조", "Aviation Safety Act, art. 127"),
        3,
    ),
    "sandbox": _permit(
        "sandbox",
        Text("규제샌드박스 실증특례", "Regulatory sandbox"),
        Text("스마트도시법의 규제 특례", "Exceptions under the Smart City Act"),
        30,
    ),
}
VETTING = TermRule(
    id="vetting",
    title=Text("자격 검토", "Vetting"),
    basis=Text(
        "실증 공모 운영 기준(기본값, 확인 필요)", "Rules of calls (a default, to be confirmed)"
    ),
    length=10,
    unit=Unit.WORKING_DAYS,
    extension=5,
    most_extensions=1,
    chain=(Text("담당 과장", "Head of the division"),),
)
TERMS = {rule.id: rule for rule in (*PERMITS.values(), VETTING)}


def overlaps(a: tuple[date, date], b: tuple[date, date]) -> bool:
    """Tell whether two stretches of days, their last days included, share a day.

    >>> overlaps((date(2026, 3, 1), date(2026, 3, 5)), (date(2026, 3, 5), date(2026, 3, 9)))
    True
    """
    return a[0] <= b[1] and b[0] <= a[1]


def mean_score(reviews: Iterable[Mapping[str, int]]) -> float | None:
    """Return the mean over reviews of the mean over criteria, `None` without any review.

    >>> mean_score([{"need": 8, "plan": 6}, {"need": 5, "plan": 5}])
    6.0
    """
    means = [sum(one.values()) / len(one) for one in reviews]
    return sum(means) / len(means) if means else None


def selected(means: Sequence[tuple[int, float]], slots: int) -> tuple[int, ...]:
    """Return whom the slots go to: the highest means that pass; a tie at the last slot shares it.

    >>> selected([(1, 8.0), (2, 5.0), (3, 7.0)], 2)
    (1, 3)
    """
    passing = sorted((pair for pair in means if pair[1] >= PASS_MARK), key=lambda p: (-p[1], p[0]))
    if not passing or slots < 1:
        return ()
    last = passing[min(slots, len(passing)) - 1][1]
    return tuple(number for number, mean in passing if mean >= last)
