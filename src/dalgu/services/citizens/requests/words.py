"""The states of a request, and what they are called here, in GeoReport v2 and by FixMyStreet."""

from enum import StrEnum

from dalgu.kernel.text import Text


class State(StrEnum):
    """How far a request is. `closed` alone says nothing: each end says which one it is."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    CLOSED_NOT_FIXED = "closed_not_fixed"
    DUPLICATE = "duplicate_of"
    NOT_OURS = "not_ours"
    REOPENED = "reopened"


class Channel(StrEnum):
    """By which door a request came."""

    PAGE = "page"
    OPEN311 = "open311"
    ASSISTANT = "assistant"
    PROPOSAL = "proposal"


class Reason(StrEnum):
    """Why something is closed without being fixed."""

    NOT_SEEN = "not_seen"
    NO_FAULT = "no_fault"
    NO_MONEY = "no_money"
    NO_LAW = "no_law"
    PRIVATE = "private"
    WITHDRAWN = "withdrawn"


STATES: dict[State, Text] = {
    State.SUBMITTED: Text("접수 대기", "Submitted"),
    State.ACKNOWLEDGED: Text("접수", "Acknowledged"),
    State.ASSIGNED: Text("담당 지정", "Assigned"),
    State.SCHEDULED: Text("일정 잡힘", "Scheduled"),
    State.IN_PROGRESS: Text("처리 중", "In progress"),
    State.FIXED: Text("고쳤음", "Fixed"),
    State.CLOSED_NOT_FIXED: Text("고치지 않고 마침", "Closed, not fixed"),
    State.DUPLICATE: Text("같은 신고에 합침", "Duplicate, merged"),
    State.NOT_OURS: Text("다른 기관으로 넘김", "Passed to another body"),
    State.REOPENED: Text("다시 열림", "Reopened"),
}

MEANINGS: dict[State, Text] = {
    State.SUBMITTED: Text(
        "신고가 들어왔고 아직 아무도 보지 않았습니다.",
        "It came in; nobody has looked at it yet.",
    ),
    State.ACKNOWLEDGED: Text("담당자가 읽었습니다.", "Somebody in charge has read it."),
    State.ASSIGNED: Text("맡을 부서가 정해졌습니다.", "A department has it."),
    State.SCHEDULED: Text("언제 할지 정해졌습니다.", "A day for it is set."),
    State.IN_PROGRESS: Text("하고 있습니다.", "Work goes on."),
    State.FIXED: Text(
        "부서가 고쳤다고 합니다. 아니라면 신고자가 다시 열 수 있습니다.",
        "The department says that it is fixed. If it is not, the reporter can reopen it.",
    ),
    State.CLOSED_NOT_FIXED: Text(
        "고치지 않기로 했습니다. 까닭과 이의를 낼 곳이 적혀 있습니다.",
        "It will not be fixed. The reason and where to object are told.",
    ),
    State.DUPLICATE: Text(
        "먼저 들어온 같은 신고가 있습니다. 그것이 끝날 때까지 함께 열려 있습니다.",
        "An earlier one says the same. Both stay open until that one ends.",
    ),
    State.NOT_OURS: Text(
        "시의 일이 아니어서 맡은 기관에 넘겼습니다.",
        "It is not the city's: the body that answers for it has it.",
    ),
    State.REOPENED: Text("신고자가 다시 열었습니다.", "The reporter opened it again."),
}  # fmt: skip

REASONS: dict[Reason, Text] = {
    Reason.NOT_SEEN: Text("현장에 없음", "Not there when looked at"),
    Reason.NO_FAULT: Text("고장이 아님", "Not a fault"),
    Reason.NO_MONEY: Text("예산이 없음", "No money for it"),
    Reason.NO_LAW: Text("법에 따라 할 수 없음", "The law does not allow it"),
    Reason.PRIVATE: Text("사유지", "Private ground"),
    Reason.WITHDRAWN: Text("신고자가 거둠", "Withdrawn by the reporter"),
}

# Signs and colours of a badge: never colour alone, the word stands beside it.
BADGES: dict[State, str] = {
    State.SUBMITTED: "informational",
    State.ACKNOWLEDGED: "informational",
    State.ASSIGNED: "low",
    State.SCHEDULED: "low",
    State.IN_PROGRESS: "medium",
    State.FIXED: "good",
    State.CLOSED_NOT_FIXED: "high",
    State.DUPLICATE: "low",
    State.NOT_OURS: "high",
    State.REOPENED: "critical",
}

ENDED = (State.FIXED, State.CLOSED_NOT_FIXED, State.NOT_OURS)

# FixMyStreet's extension of the states ("Open311 FMS Additional states").
EXTENDED: dict[State, str] = {
    State.SUBMITTED: "OPEN",
    State.ACKNOWLEDGED: "INVESTIGATING",
    State.ASSIGNED: "INVESTIGATING",
    State.SCHEDULED: "ACTION_SCHEDULED",
    State.IN_PROGRESS: "IN_PROGRESS",
    State.FIXED: "FIXED",
    State.CLOSED_NOT_FIXED: "NO_FURTHER_ACTION",
    State.DUPLICATE: "DUPLICATE",
    State.NOT_OURS: "NOT_COUNCILS_RESPONSIBILITY",
    State.REOPENED: "OPEN",
}
# CLOSED is no state here: it does not say whether anything was fixed.
OF_EXTENDED: dict[str, State] = {
    "INVESTIGATING": State.ACKNOWLEDGED,
    "ACTION_SCHEDULED": State.SCHEDULED,
    "IN_PROGRESS": State.IN_PROGRESS,
    "FIXED": State.FIXED,
    "NO_FURTHER_ACTION": State.CLOSED_NOT_FIXED,
    "NOT_COUNCILS_RESPONSIBILITY": State.NOT_OURS,
}
