"""The words of the traffic page, Korean and English."""

from dalgu.kernel.text import Text

WORDS = {
    "title": Text("교통량", "Traffic flow"),
    "lead": Text(
        "교차로 카메라가 센 차량입니다. 영상도 번호판도 오지 않습니다.",
        "Vehicles counted by cameras at the intersections. No image and no plate leaves them.",
    ),
    "intersections": Text("교차로", "Intersections"),
    "heard": Text("최근 1시간에 보고한 곳", "Heard in the last hour"),
    "busiest": Text("가장 붐빈 교차로, 최근 24시간", "Busiest intersections, last 24 hours"),
    "intersection": Text("교차로", "Intersection"),
    "vehicles": Text("차량", "Vehicles"),
    "speed": Text("최근 평균 속도", "Newest mean speed"),
    "intensity": Text("최근 교통량", "Newest flow"),
    "curve": Text("시간별 차량, 최근 24시간", "Vehicles by the hour, last 24 hours"),
    "all": Text("모든 교차로", "All intersections"),
    "none": Text("아직 교통량이 들어오지 않았습니다.", "No counts have come in so far."),
}
