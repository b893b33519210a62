"""The words of the parking pages, Korean and English."""

from dalgu.kernel.text import Text

WORDS = {
    "title": Text("주차", "Parking"),
    "lead": Text(
        "지금 빈자리와 앞으로 두 시간의 예측입니다.", "Free spaces now and in the next two hours."
    ),
    "lots": Text("주차장", "Car parks"),
    "lot": Text("주차장", "Car park"),
    "free": Text("빈자리", "Free spaces"),
    "total": Text("전체", "In all"),
    "told": Text("지금 정보가 있는 곳", "Lots that tell now"),
    "age": Text("확인한 때", "Told"),
    "in_minutes": Text("{}분 뒤", "in {} min"),
    "forecast": Text("예측", "Forecast"),
    "forecast_note": Text(
        "괄호 안은 열에 여덟 번 들도록 정한 범위입니다. 비슷한 날이 쌓일수록 좁아집니다.",
        "The range in brackets is set to hold eight of ten outcomes; similar days narrow it.",
    ),
    "no_forecast": Text("예측 없음", "No forecast"),
    "stale": Text("오래된 정보", "Out of date"),
    "curve": Text("지난 24시간의 빈자리", "Free spaces in the last 24 hours"),
    "kind": Text("종류", "Kind"),
    "off_street": Text("노외", "Off-street"),
    "on_street": Text("노상", "On-street"),
    "price": Text("요금", "Price"),
    "none": Text("아직 주차장이 등록되지 않았습니다.", "No car park is registered so far."),
    "not_shown": Text("더 있는 주차장 {}곳", "{} more car parks are not shown"),
    "method": Text("예측 방법", "Method"),
}

METHODS = {
    "similarMoments": Text("비슷했던 순간들", "similar moments"),
    "lastValueProfileChange": Text("지난날 이 시각의 변화", "change of past days at this hour"),
    "lastValue": Text("지금 값 그대로", "as now"),
}
