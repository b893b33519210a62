"""The words of the demand forecast, Korean and English."""

from enum import StrEnum

from dalgu.kernel.text import Text


class Status(StrEnum):
    """What became of a district's forecast."""

    ISSUED = "issued"
    HISTORY_SHORT = "history-short"
    HOURS_MISSING = "hours-missing"


STATUSES: dict[str, Text] = {
    Status.ISSUED: Text("예측이 발표되었습니다.", "The forecast is issued."),
    Status.HISTORY_SHORT: Text(
        "시간별 자료가 3주가 되지 않아 아직 예측하지 않습니다. 자료가 쌓이면 저절로 나타납니다.",
        "There is no forecast so far: the district has under three weeks of hours. It comes by "
        "itself once they are there.",
    ),
    Status.HOURS_MISSING: Text(
        "최근 자료에 빈 시간이 너무 많아 예측하지 않습니다. 유입 유량계의 통신을 확인하십시오.",
        "There is no forecast: too many hours are missing. See whether the inlet meters report.",
    ),
}

WORDS = {
    "title": Text("수요 예측, 앞으로 7일", "Demand forecast, next 7 days"),
    "note": Text(
        "열 시간 가운데 여덟 시간이 낮은 값과 높은 값 사이에 있을 것으로 봅니다.",
        "Eight of ten hours are expected to fall between low and high.",
    ),
    "measured": Text("측정", "Measured"),
    "value": Text("예측", "Forecast"),
    "low": Text("낮은 값", "Low"),
    "high": Text("높은 값", "High"),
    "errors": Text("지난 몇 주의 시간당 평균 오차", "Mean error of an hour over the last weeks"),
    "method": Text("방법", "Method"),
    "error": Text("오차", "Error"),
    "ours": Text("이 예측", "This forecast"),
    "last_week": Text("지난주 반복", "Last week again"),
    "mean_of_weeks": Text("지난 4주 평균", "Mean of four weeks"),
    "inflow": Text("유입량", "Inflow"),
    "consumption": Text("사용량 (유입량을 재지 않음)", "Consumption (no inflow is metered)"),
    "issued": Text("발표", "Issued"),
}
