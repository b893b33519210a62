"""The water service: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Page, Service
from dalgu.services.water import api, pages, wire
from dalgu.services.water.balance import jobs as balance_jobs
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.flags import jobs as flags_jobs
from dalgu.services.water.leakage.entities import PressureLogger

SERVICE = Service(
    name="water",
    title=Text("상수도 원격검침", "Water metering"),
    summary=Text(
        "계량기의 시간별 사용량을 모으고, 누수와 장기 미사용이 의심되는 곳을 알립니다.",
        "Gathers what each meter uses by the hour; tells where a leak or an absence is suspected.",
    ),
    entities=(WaterMeter, DistrictMeteredArea, PressureLogger),
    decoders={
        wire.OMS_PROFILE: wire.decode_oms,
        wire.HOURLY_PROFILE: wire.decode_hourly,
        wire.DECODED_PROFILE: wire.decode_decoded,
        wire.DLMS_PROFILE: wire.decode_dlms,
        wire.PRESSURE_PROFILE: wire.decode_pressure,
    },
    jobs=(*balance_jobs.JOBS, *flags_jobs.JOBS),
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
