"""The traffic service, its first scope: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Page, Service
from dalgu.services.traffic import jobs, pages, tracking, wire
from dalgu.services.traffic.entities import TrafficFlowObserved, Vehicle

SERVICE = Service(
    name="traffic",
    title=Text("교통량", "Traffic flow"),
    summary=Text(
        "교차로 카메라가 센 차량을 시간별로 보여 주고, 시가 운영하는 차량의 지금 위치를 압니다.",
        "Shows by the hour what cameras count at the intersections, and knows where vehicles are.",
    ),
    entities=(TrafficFlowObserved, Vehicle),
    decoders={
        wire.COUNT_PROFILE: wire.decode_count,
        tracking.POSITION_PROFILE: tracking.decode_position,
    },
    jobs=jobs.JOBS,
    pages=(
        Page("/center/traffic", Text("교통량", "Traffic flow"), "traffic.html", pages.overview),
    ),
)
