"""The parking service: a table of contents."""

from dalgu.access.policy import Operation
from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Job, Page, Service
from dalgu.services.parking import jobs, pages, wire
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking

SERVICE = Service(
    name="parking",
    title=Text("주차", "Parking"),
    summary=Text(
        "주차장과 노상 주차의 빈자리를 보여 주고, 두 시간 뒤까지 예측합니다.",
        "Shows the free spaces of car parks and kerbs and forecasts them for two hours.",
    ),
    entities=(OffStreetParking, OnStreetParking),
    decoders={
        wire.GUIDANCE_PROFILE: wire.decode_guidance,
        wire.COUNT_PROFILE: wire.decode_count,
    },
    jobs=(
        Job(
            "parking.forecast",
            Text("빈자리 예측", "Forecast of free spaces"),
            every(minutes=5),
            jobs.Forecaster().forecast_lots,
        ),
    ),
    pages=(
        Page(
            "/parking",
            Text("주차", "Parking"),
            "public.html",
            pages.lots_page,
            Operation.PUBLIC_READ,
        ),
        Page("/center/parking", Text("주차", "Parking"), "center.html", pages.lots_page),
    ),
)
