"""The traffic service: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Page, Service
from dalgu.services.traffic import jobs, pages, tracking, wire
from dalgu.services.traffic.api import opened
from dalgu.services.traffic.dispersion.entities import ENTITIES as DISPERSION
from dalgu.services.traffic.entities import TrafficFlowObserved, Vehicle
from dalgu.services.traffic.network.entities import ENTITIES as NETWORK
from dalgu.services.traffic.pedestrians import watch
from dalgu.services.traffic.pedestrians.entities import ENTITIES as PEDESTRIANS
from dalgu.services.traffic.pedestrians.wire import WATCH_PROFILE, decode_watch
from dalgu.services.traffic.prediction.entities import ENTITIES as PREDICTION

SERVICE = Service(
    name="traffic",
    title=Text("교통", "Traffic"),
    summary=Text(
        "교차로를 분석하고 신호를 제어하며, 한 시간 앞을 내다보고 막힌 길을 돌려 보냅니다.",
        "Analyses crossings, controls their signals, looks an hour ahead, leads around closings.",
    ),
    entities=(TrafficFlowObserved, Vehicle, *NETWORK, *PREDICTION, *DISPERSION, *PEDESTRIANS),
    decoders={
        wire.COUNT_PROFILE: wire.decode_count,
        tracking.POSITION_PROFILE: tracking.decode_position,
        WATCH_PROFILE: decode_watch,
    },
    jobs=(*jobs.JOBS, *watch.JOBS),
    pages=(
        Page("/center/traffic", Text("교통량", "Traffic flow"), "traffic.html", pages.overview),
    ),
    open=opened,
)
