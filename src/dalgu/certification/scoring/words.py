"""Why a line earned what it did, in words."""

from dalgu.certification.measurement import Status
from dalgu.kernel.text import Text

NO_VALUE = Text("측정값 없음", "No value")
UNEVIDENCED = Text("증빙 없음", "No evidence")
REJECTED = Text("평가에서 불인정", "Rejected in review")
RELEASED = Text(
    "위원회 승인 적용 제외(배점은 항목 내 재배분)",
    "Not applicable by the committee; its points went to the rest of the item",
)
NOT_RELEASED = Text(
    "적용 제외에 대한 위원회 승인 없음", "Not applicable, but not released by the committee"
)
VISITED = Text("현장실사 상한 적용", "Capped by the site visit")
_LESSER = {
    Status.ESTIMATED: Text("추정값", "Estimated"),
    Status.PROXY: Text("대리지표 적용(배점 일부만 인정)", "Proxy: part of the points only"),
}


def lesser(status: Status) -> Text | None:
    """Return why a value of a status earns part of its points only."""
    return _LESSER.get(status)


def awaiting(done: int, needed: int) -> Text:
    """Return how many reviews an indicator waits for.

    >>> awaiting(1, 3).say("en")
    'Awaiting review: 1 of 3'
    """
    return Text(f"평가 대기: {needed}건 중 {done}건", f"Awaiting review: {done} of {needed}")
