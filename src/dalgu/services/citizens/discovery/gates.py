"""The gates of a problem, from seen to solved: which may follow, who decides, what it needs.

Pure: the one table of the way that every problem goes. Money and terms are the platform's
defaults after published practice (at most 300 million won for a demonstration); a city confirms
or changes them here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text

MOST_MONEY_WON = 300_000_000  # for one demonstration; call of the city, 2 April 2019


class Gate(StrEnum):
    """How far a problem has come."""

    OBSERVED = "observed"
    DEFINED = "defined"
    CHECKED = "checked"
    PRIORITISED = "prioritised"
    FEASIBLE = "feasible"
    PLANNED = "planned"
    DEMONSTRATED = "demonstrated"
    EVALUATED = "evaluated"
    SCALED = "scaled"


class Decider(StrEnum):
    """Whose decision a gate is."""

    TEAM = "team"
    OFFICE = "office"
    CITIZENS = "citizens"
    BODY = "body"  # a committee or council: its name stands in the record


class Need(StrEnum):
    """What must stand before a gate can be decided."""

    SHEET = "sheet"  # every part of the definition sheet is written
    EVIDENCE = "evidence"  # at least one series of the hub is linked and frozen
    VOTE = "vote"  # the citizens' vote is closed and chose it
    JUDGED = "judged"  # policy, law and budget were judged, and none forbids it
    PLAN = "plan"  # owner, money, KPI with its baseline
    RESULT = "result"  # the KPI was read after the demonstration
    SCORES = "scores"  # enough citizens scored it, and not its authors alone


class Act(StrEnum):
    """Acts whose author may not decide the gate that stands on them."""

    EVIDENCE = "evidence"
    PLAN = "plan"
    RESULT = "result"


_CHAIN = (Text("담당 과장", "Head of the division"), Text("담당 국장", "Head of the bureau"))


def _term(gate: str, ko: str, en: str, length: int, unit: Unit) -> TermRule:
    return TermRule(
        id=f"discovery.{gate}",
        title=Text(ko, en),
        basis=Text(
            "도시문제발굴단 운영 기준(기본값, 확인 필요)",
            "Rules of the discovery team (a default, to be confirmed)",
        ),
        length=length,
        unit=unit,
        extension=length,
        most_extensions=1,
        chain=_CHAIN,
    )


@dataclass(frozen=True, slots=True)
class GateRule:
    """One gate: what it asks, whose it is, what it needs, and how long its decider has."""

    gate: Gate
    title: Text
    asks: Text
    decider: Decider
    needs: tuple[Need, ...] = ()
    checklist: tuple[Text, ...] = ()
    term: TermRule | None = None
    not_by: Act | None = None  # whose author may not decide it

    @property
    def number(self) -> int:
        """Its number, as in G0 and G1."""
        return ORDER.index(self.gate)


ORDER = tuple(Gate)
_RULES = (
    GateRule(
        Gate.OBSERVED,
        Text("관찰", "Observed"),
        Text("무엇이 어디에서 불편한가", "What troubles whom, and where"),
        Decider.TEAM,
    ),
    GateRule(
        Gate.DEFINED,
        Text("정의", "Defined"),
        Text("정의서의 모든 항목이 채워졌는가", "Is every part of the sheet written?"),
        Decider.TEAM,
        (Need.SHEET,),
        (
            Text("현장에 가 보았다", "The place was visited"),
            Text("이해관계자와 이야기했다", "Those concerned were heard"),
        ),
    ),
    GateRule(
        Gate.CHECKED,
        Text("근거 확인", "Evidence checked"),
        Text("자료가 문제를 보여 주는가", "Do the data show the problem?"),
        Decider.OFFICE,
        (Need.EVIDENCE,),
        (
            Text("자료의 출처와 기간을 확인했다", "Source and window of the data were checked"),
            Text("그림과 정의서가 같은 것을 말한다", "Chart and sheet say the same"),
        ),
        _term("checked", "근거 확인", "Check of the evidence", 10, Unit.WORKING_DAYS),
        Act.EVIDENCE,
    ),
    GateRule(
        Gate.PRIORITISED,
        Text("우선순위", "Prioritised"),
        Text("시민 투표로 뽑혔는가", "Did the citizens' vote choose it?"),
        Decider.CITIZENS,
        (Need.VOTE,),
    ),
    GateRule(
        Gate.FEASIBLE,
        Text("실행 가능성", "Feasible"),
        Text("정책·법·예산으로 할 수 있는가", "Do policy, law and budget allow it?"),
        Decider.OFFICE,
        (Need.JUDGED,),
        (
            Text("담당 부서 의견을 받았다", "The departments concerned have answered"),
            Text("이미 하는 사업과 겹치지 않는다", "No running project does the same"),
        ),
        _term("feasible", "실행 가능성 검토", "Review of feasibility", 1, Unit.MONTHS),
    ),
    GateRule(
        Gate.PLANNED,
        Text("계획", "Planned"),
        Text("누가 얼마로 무엇을 바꾸는가", "Who changes what, with how much money?"),
        Decider.BODY,
        (Need.PLAN,),
        (
            Text("예산이 한도 안에 있다", "The money is within the cap"),
            Text("기준값을 허브에서 읽었다", "The baseline was read from the hub"),
        ),
        _term("planned", "실증 계획 심의", "Decision on the plan", 2, Unit.MONTHS),
        Act.PLAN,
    ),
    GateRule(
        Gate.DEMONSTRATED,
        Text("실증", "Demonstrated"),
        Text("지표가 앞뒤로 어떻게 달라졌는가", "How did the KPI change?"),
        Decider.OFFICE,
        (Need.RESULT,),
        (Text("실증 기간을 모두 채웠다", "The demonstration ran to its end"),),
        _term("demonstrated", "실증 결과 보고", "Report of the demonstration", 12, Unit.MONTHS),
    ),
    GateRule(
        Gate.EVALUATED,
        Text("시민 평가", "Evaluated by citizens"),
        Text("시민이 나아졌다고 보는가", "Do citizens find it better?"),
        Decider.CITIZENS,
        (Need.SCORES,),
        (),
        _term("evaluated", "시민 평가", "Citizens' evaluation", 20, Unit.WORKING_DAYS),
    ),
    GateRule(
        Gate.SCALED,
        Text("확산", "Scaled"),
        Text("도시 전체로 넓히는가", "Is it taken to the whole city?"),
        Decider.BODY,
        (),
        (Text("운영 부서와 유지 예산이 정해졌다", "It is settled who runs it and who pays"),),
        _term("scaled", "확산 결정", "Decision to scale", 1, Unit.MONTHS),
        Act.RESULT,
    ),
)
RULES = {rule.gate: rule for rule in _RULES}
TERMS = {rule.term.id: rule.term for rule in _RULES if rule.term is not None}
STAFF_DECIDES = (Decider.OFFICE, Decider.BODY)


class StopReason(StrEnum):
    """Why a problem went no further."""

    NOT_CHOSEN = "not_chosen"
    NO_EVIDENCE = "no_evidence"
    POLICY = "policy"
    LAW = "law"
    BUDGET = "budget"
    ALREADY_DONE = "already_done"
    NO_OWNER = "no_owner"
    NO_EFFECT = "no_effect"
    CITIZENS_AGAINST = "citizens_against"
    WITHDRAWN = "withdrawn"
    NOT_PUBLISHED = "not_published"  # of records of the past alone


REASONS = {
    StopReason.NOT_CHOSEN: Text("시민 투표에서 뽑히지 않음", "Not chosen by the vote"),
    StopReason.NO_EVIDENCE: Text("자료로 확인되지 않음", "The data do not show it"),
    StopReason.POLICY: Text("시정 방향과 다름", "The city's policy differs"),
    StopReason.LAW: Text("법·제도의 제약", "The law does not allow it"),
    StopReason.BUDGET: Text("예산 없음", "No budget"),
    StopReason.ALREADY_DONE: Text("이미 하고 있음", "It is being done already"),
    StopReason.NO_OWNER: Text("맡을 부서 없음", "Nobody takes it on"),
    StopReason.NO_EFFECT: Text("실증에서 효과 없음", "The demonstration had no effect"),
    StopReason.CITIZENS_AGAINST: Text("시민 평가 미달", "Citizens did not find it better"),
    StopReason.WITHDRAWN: Text("모임이 거두어들임", "Withdrawn by its team"),
    StopReason.NOT_PUBLISHED: Text("이유가 공개되지 않음", "The reason is not published"),
}


def following(at: Gate) -> Gate | None:
    """Return the gate that may follow, `None` after the last.

    >>> following(Gate.OBSERVED)
    <Gate.DEFINED: 'defined'>
    """
    number = ORDER.index(at) + 1
    return ORDER[number] if number < len(ORDER) else None


def missing(gate: Gate, has: Iterable[Need], checked: int) -> tuple[str, ...]:
    """Return what a gate still needs: its needs, and `checklist` where a point is not confirmed.

    `checked` is how many points of its checklist were confirmed.

    >>> missing(Gate.CHECKED, (), 2)
    ('evidence',)
    """
    rule = RULES[gate]
    lacking = [str(need) for need in rule.needs if need not in set(has)]
    if checked < len(rule.checklist):
        lacking.append("checklist")
    return tuple(lacking)


def reached(at: Gate, gate: Gate) -> bool:
    """Tell whether a problem at one gate has passed another."""
    return ORDER.index(at) >= ORDER.index(gate)
