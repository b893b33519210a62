"""How a suspicion about a detector is worded: what was counted, and what it may mean."""

from collections.abc import Mapping
from typing import Final

from dalgu.kernel.text import Text
from dalgu.services.traffic.measures.detector_habits import Ailment, Finding

LOOP: Final = Text("정지선 검지기 {lane}", "Loop of lane {lane}")
AHEAD: Final = Text("상류 검지기 {lane}", "Advance detector of lane {lane}")
NAMES: Final[Mapping[Ailment, Text]] = {
    Ailment.SILENT: Text("{which}: 무응답 의심", "{which}: suspected dead"),
    Ailment.STUCK_ON: Text("{which}: 점유 고착 의심", "{which}: suspected stuck on"),
    Ailment.UNVARYING: Text("{which}: 값 고착 의심", "{which}: suspected stuck at one value"),
    Ailment.FEW: Text("{which}: 과소 집계 의심", "{which}: suspected to miss vehicles"),
    Ailment.MANY: Text("{which}: 과다 집계 의심", "{which}: suspected to count too many"),
    Ailment.DRIFTS: Text("{which}: 감도 변화 의심", "{which}: suspected to drift"),
}
_DAY: Final = Text(
    "{day}에 {counted}대를 셌으나 평소에는 {expected}대입니다({judged}시간 중 {odd}시간이 이상). ",
    "On {day} it counted {counted} where {expected} are usual ({odd} of {judged} hours are odd). ",
)
_WEEKS: Final = Text(
    "지난 한 주 동안 옆 검지기들에 견주어 이전 몇 주보다 {drift}% {way} 셌습니다. ",
    "In the last week it counted {drift} % {way} beside its neighbours than in the weeks before. ",
)
_MEANS: Final[Mapping[Ailment, Text]] = {
    Ailment.SILENT: Text(
        "루프나 케이블이 끊겼거나 도로가 막혔을 수 있습니다.",
        "The loop or its cable may be broken, or the road closed.",
    ),
    Ailment.STUCK_ON: Text(
        "켜진 채 꺼지지 않습니다. 루프가 합선되었거나 차가 서 있을 수 있습니다.",
        "It turned on and never off: the loop may be shorted, or a vehicle left on it.",
    ),
    Ailment.UNVARYING: Text(
        "낮과 밤에 같은 수를 셌습니다. 검지기가 오동작할 수 있습니다.",
        "It counted alike by day and night: its card may repeat one value.",
    ),
    Ailment.FEW: Text(
        "감도가 낮거나 차로 이용이 바뀌었을 수 있습니다.",
        "Its sensitivity may be low, or the use of the lane has changed.",
    ),
    Ailment.MANY: Text(
        "떨림이나 옆 차로 간섭, 또는 차로 이용 변화일 수 있습니다.",
        "It may chatter or see the lane beside, or the use of the lane has changed.",
    ),
    Ailment.DRIFTS: Text(
        "감도가 변하고 있거나 차로 이용이 바뀌었을 수 있습니다.",
        "Its sensitivity may be changing, or the use of the lane has changed.",
    ),
}


def name_of(finding: Finding, lane: str, *, is_advance: bool) -> Text:
    """Return the suspicion in a few words."""
    which, name = AHEAD if is_advance else LOOP, NAMES[finding.ailment]
    return Text(
        name.ko.format(which=which.ko.format(lane=lane)),
        name.en.format(which=which.en.format(lane=lane)),
    )


def described(finding: Finding, day: str) -> Text:
    """Return what was counted, and what it may mean."""
    less = finding.drift < 0
    told = {
        "day": day,
        "counted": f"{finding.counted:,}",
        "expected": f"{finding.expected:,}",
        "odd": finding.odd_hours,
        "judged": finding.judged_hours,
        "drift": abs(round(finding.drift * 100)),
    }
    seen = _WEEKS if finding.ailment is Ailment.DRIFTS else _DAY
    means = _MEANS[finding.ailment]
    return Text(
        seen.ko.format(**told, way="적게" if less else "많이") + means.ko,
        seen.en.format(**told, way="less" if less else "more") + means.en,
    )
