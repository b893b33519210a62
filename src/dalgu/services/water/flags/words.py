"""What an alert of each kind says, Korean and English: a suspicion, its figures, a proposal."""

from collections.abc import Callable

from dalgu.kernel.text import Text
from dalgu.services.water.flags.flag import Figures, Kind

LITRES_PER_M3 = 1000

NAMES = {
    Kind.CONTINUOUS_FLOW: Text("누수 의심: 쉬지 않는 사용", "Suspected leak: water never rests"),
    Kind.INTERMITTENT_FLOW: Text("누수 의심: 밤마다 사용", "Suspected leak: water runs at night"),
    Kind.BURST: Text("파열 의심", "Suspected burst"),
    Kind.BACK_FLOW: Text("역류", "Back-flow"),
    Kind.NO_USE: Text("장기 미사용 의심", "Suspected absence of use"),
    Kind.CARE_NO_USE: Text("안부 확인: 수돗물 미사용", "Welfare check: no water used"),
    Kind.FROZEN: Text("계량기 멈춤 의심", "Suspected frozen meter"),
    Kind.TAMPER: Text("계량기 손댐 신호", "Meter tells of tampering"),
    Kind.LOW_BATTERY: Text("배터리 부족", "Battery low"),
    Kind.METER_ERROR: Text("계량기 고장 신호", "Meter tells of an error"),
    Kind.MISSING_READS: Text("검침 누락", "Missing reads"),
    Kind.GATEWAY_SILENT: Text("기지국 이상 의심", "Suspected gateway failure"),
}

CAUSES = {
    "radio": Text("전파가 약합니다. 안테나나 중계를 확인하십시오.",
                  "Its signal was weak: look at the antenna or a repeater."),
    "meter": Text("같은 기지국의 다른 계량기는 들립니다. 단말기나 배터리를 확인하십시오.",
                  "Others on its gateway are heard: look at the terminal or its cell."),
    "unknown": Text("원인을 가릴 자료가 없습니다. 현장 확인을 제안합니다.",
                    "Nothing tells the cause; a visit is proposed."),
}  # fmt: skip


def describe(kind: Kind, figures: Figures) -> Text:
    """Return the sentences of an alert."""
    return _SENTENCES[kind](figures)


def _litres(figures: Figures, name: str) -> int:
    return round(LITRES_PER_M3 * float(figures[name]))


def _continuous(figures: Figures) -> Text:
    hours, litres = figures["runningH"], _litres(figures, "leastM3h")
    return Text(
        f"{hours}시간 동안 매시간 사용이 있었고, 가장 적은 시간에도 {litres} L였습니다. "
        "계량기 이후의 누수가 의심됩니다. 수용가 확인을 제안합니다.",
        f"There was use in every one of {hours} hours, at least {litres} L in each. "
        "A leak behind the meter is suspected; a check with the household is proposed.",
    )


def _intermittent(figures: Figures) -> Text:
    nights, litres = figures["nights"], _litres(figures, "nightM3h")
    return Text(
        f"최근 7일 가운데 {nights}일 밤에 대부분의 시간 물이 흘렀습니다(시간당 평균 {litres} L). "
        "변기나 밸브의 누수가 의심됩니다.",
        f"Water ran in most hours of {nights} of the last seven nights, {litres} L an hour on "
        "average. A leaking cistern or valve is suspected.",
    )


def _burst(figures: Figures) -> Text:
    peak, limit = _litres(figures, "peakM3h"), _litres(figures, "limitM3h")
    return Text(
        f"한 시간에 {peak} L가 흘렀습니다. 이 구경의 한도는 {limit} L입니다. "
        "배관 파열이 의심됩니다. 곧바로 연락할 것을 제안합니다.",
        f"{peak} L passed in an hour; a tap of this size is given {limit} L. "
        "A burst pipe is suspected; a call at once is proposed.",
    )


def _back_flow(figures: Figures) -> Text:
    litres = _litres(figures, "volumeM3")
    return Text(
        f"{litres} L가 거꾸로 흘렀습니다. 수질 오염의 우려가 있으니 역류방지 밸브를 확인하십시오.",
        f"{litres} L ran backwards. Water quality may suffer: look at the check valve.",
    )


def _no_use(figures: Figures) -> Text:
    days, litres = int(figures["restingH"]) // 24, _litres(figures, "beforeM3d")
    return Text(
        f"{days}일 동안 사용이 없습니다. 그 전에는 하루 평균 {litres} L를 사용했습니다. "
        "부재 또는 계량기 이상이 의심됩니다. 안부 또는 현장 확인을 제안합니다.",
        f"No use for {days} days, after {litres} L a day on average. "
        "An absence or a blocked meter is suspected; a call or a visit is proposed.",
    )


def _care(figures: Figures) -> Text:
    days = int(figures["restingH"]) // 24
    return Text(
        f"안부 확인에 동의한 집에서 {days}일 동안 물을 쓰지 않았습니다. 안부 확인을 제안합니다.",
        f"No water for {days} days in a home that agreed to be looked after. A call is proposed.",
    )


def _frozen(figures: Figures) -> Text:
    days = int(figures["restingH"]) // 24
    return Text(
        f"지침이 {days}일 동안 그대로입니다({figures['rule']}). 계량기가 멈췄을 수 있습니다. "
        "계량기 점검을 제안합니다.",
        f"The register has stood for {days} days ({figures['rule']}). The meter may be stuck; "
        "a look at it is proposed.",
    )


def _told(ko: str, en: str) -> Callable[[Figures], Text]:
    return lambda figures: Text(ko, en)


def _missing(figures: Figures) -> Text:
    hours, cause = figures["silentH"], CAUSES[str(figures["cause"])]
    return Text(
        f"{hours}시간 동안 검침값이 오지 않았습니다. {cause.ko}",
        f"No reads for {hours} hours. {cause.en}",
    )


def _gateway(figures: Figures) -> Text:
    silent, meters = figures["silent"], figures["meters"]
    return Text(
        f"이 기지국을 통하는 계량기 {meters}대 가운데 {silent}대가 함께 조용해졌습니다. "
        "기지국의 전원과 회선을 확인하십시오.",
        f"{silent} of the {meters} meters on this gateway fell silent. "
        "Look at its power and its line.",
    )


_SENTENCES: dict[Kind, Callable[[Figures], Text]] = {
    Kind.CONTINUOUS_FLOW: _continuous,
    Kind.INTERMITTENT_FLOW: _intermittent,
    Kind.BURST: _burst,
    Kind.BACK_FLOW: _back_flow,
    Kind.NO_USE: _no_use,
    Kind.CARE_NO_USE: _care,
    Kind.FROZEN: _frozen,
    Kind.TAMPER: _told(
        "계량기가 손댄 흔적을 알렸습니다. 현장 확인을 제안합니다.",
        "The meter tells that somebody has tampered with it; a visit is proposed.",
    ),
    Kind.LOW_BATTERY: _told(
        "계량기의 배터리가 곧 떨어집니다. 교체를 계획하십시오.",
        "The meter's cell is nearly empty; plan its exchange.",
    ),
    Kind.METER_ERROR: _told(
        "계량기가 스스로 고장을 알렸습니다. 교체를 제안합니다.",
        "The meter tells of a permanent error; an exchange is proposed.",
    ),
    Kind.MISSING_READS: _missing,
    Kind.GATEWAY_SILENT: _gateway,
}
