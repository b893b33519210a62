"""The water service: a table of contents."""

from dalgu.kernel.schedule import daily, every
from dalgu.kernel.text import Text
from dalgu.service import Job, Page, Service
from dalgu.services.water import api, jobs, pages, wire
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter

SERVICE = Service(
    name="water",
    title=Text("상수도 원격검침", "Water metering"),
    summary=Text(
        "계량기의 시간별 사용량을 모으고, 누수와 장기 미사용이 의심되는 곳을 알립니다.",
        "Gathers what each meter uses by the hour; tells where a leak or an absence is suspected.",
    ),
    entities=(WaterMeter, DistrictMeteredArea),
    decoders={
        wire.OMS_PROFILE: wire.decode_oms,
        wire.HOURLY_PROFILE: wire.decode_hourly,
        wire.DECODED_PROFILE: wire.decode_decoded,
    },
    jobs=(
        Job(
            "water.district-totals",
            Text("블록별 시간 합계", "Hourly district totals"),
            every(hours=1),
            jobs.total_districts,
        ),
        Job(
            "water.settle-totals",
            Text("지난 31일 합계 정리", "District totals of the last 31 days, settled"),
            daily("04:10"),
            jobs.settle_districts,
        ),
        Job(
            "water.suspicions",
            Text("누수·미사용 의심", "Suspicions of leaks and of no use"),
            daily("04:30"),
            jobs.assess_meters,
        ),
    ),
    pages=(
        Page(
            "/center/water",
            Text("상수도 원격검침", "Water metering"),
            "water.html",
            pages.overview,
        ),
    ),
    routes=api.ROUTES,
)
