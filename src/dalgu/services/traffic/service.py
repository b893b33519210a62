"""The traffic service, its first scope: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Page, Service
from dalgu.services.traffic import pages, wire
from dalgu.services.traffic.entities import TrafficFlowObserved

SERVICE = Service(
    name="traffic",
    title=Text("교통량", "Traffic flow"),
    summary=Text(
        "교차로 카메라가 센 차량을 시간별로 보여 줍니다.",
        "Shows by the hour what cameras count at the intersections.",
    ),
    entities=(TrafficFlowObserved,),
    decoders={wire.COUNT_PROFILE: wire.decode_count},
    pages=(
        Page("/center/traffic", Text("교통량", "Traffic flow"), "traffic.html", pages.overview),
    ),
)
