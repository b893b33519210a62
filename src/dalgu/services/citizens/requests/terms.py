"""How long the city has for a request, by law.

Civil Petitions Treatment Act: complaints take seven days, suggestions fourteen (enforcement
decree, art. 14 to 17); Saturdays and holidays do not count, and the first day does where the
period has six days or more (art. 19 (2)). The period is extended once by its length, a second
time with the reporter's consent alone (decree, art. 21). After thirty days the reporter is told
how far it is and when it will be done (decree, art. 23).
"""

from dalgu.kernel.terms import TermRule, Unit
from dalgu.kernel.text import Text

PROGRESS = "progress.30"
EXTENSIONS_WITHOUT_CONSENT = 1

_CHAIN = (Text("담당 팀장", "Team leader"), Text("담당 과장", "Head of division"),
          Text("감사 부서", "Audit office"))  # fmt: skip

RULES: dict[str, TermRule] = {
    "complaint.7": TermRule(
        "complaint.7",
        Text("고충민원 7일", "Complaint, 7 days"),
        Text("민원 처리에 관한 법률 시행령 제17조", "Civil Petitions Treatment Decree, art. 17"),
        7,
        Unit.WORKING_DAYS,
        extension=7,
        counts_first_day=True,
        chain=_CHAIN,
    ),
    "complaint.14": TermRule(
        "complaint.14",
        Text("건의민원 14일", "Suggestion, 14 days"),
        Text("민원 처리에 관한 법률 시행령 제15조", "Civil Petitions Treatment Decree, art. 15"),
        14,
        Unit.WORKING_DAYS,
        extension=14,
        counts_first_day=True,
        chain=_CHAIN,
    ),
    PROGRESS: TermRule(
        PROGRESS,
        Text("처리 진행 통지 30일", "Notice of progress, 30 days"),
        Text("민원 처리에 관한 법률 시행령 제23조", "Civil Petitions Treatment Decree, art. 23"),
        30,
        Unit.DAYS,
        chain=_CHAIN[:2],
    ),
}
