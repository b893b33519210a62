"""The water service: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Service
from dalgu.services.water import api, pages, wire
from dalgu.services.water.balance import jobs as balance_jobs
from dalgu.services.water.billing import api as billing_api
from dalgu.services.water.billing import entities as billing_entities
from dalgu.services.water.billing import jobs as billing_jobs
from dalgu.services.water.billing import pages as billing_pages
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.flags import jobs as flags_jobs
from dalgu.services.water.forecast import entities as forecast_entities
from dalgu.services.water.forecast import jobs as forecast_jobs
from dalgu.services.water.leakage import entities as leakage_entities
from dalgu.services.water.leakage import jobs as leakage_jobs
from dalgu.services.water.leakage import pages as leakage_pages
from dalgu.services.water.leakage.inflow import jobs as inflow_jobs
from dalgu.services.water.rollout import entities as rollout_entities
from dalgu.services.water.rollout import pages as rollout_pages
from dalgu.services.water.validation import api as validation_api
from dalgu.services.water.validation import entities as validation_entities
from dalgu.services.water.validation import jobs as validation_jobs
from dalgu.services.water.validation import pages as validation_pages

SERVICE = Service(
    name="water",
    title=Text("상수도 원격검침", "Water metering"),
    summary=Text(
        "계량기의 시간별 사용량을 모아 검증하고 요금을 내며, 누수가 의심되는 관로를 찾습니다.",
        "Reads each meter by the hour, validates and bills it, and finds the pipes that may leak.",
    ),
    entities=(
        WaterMeter,
        DistrictMeteredArea,
        *validation_entities.ENTITIES,
        *billing_entities.ENTITIES,
        *forecast_entities.ENTITIES,
        *leakage_entities.ENTITIES,
        *rollout_entities.ENTITIES,
    ),
    decoders={
        wire.OMS_PROFILE: wire.decode_oms,
        wire.HOURLY_PROFILE: wire.decode_hourly,
        wire.DECODED_PROFILE: wire.decode_decoded,
        wire.DLMS_PROFILE: wire.decode_dlms,
        wire.PRESSURE_PROFILE: wire.decode_pressure,
    },
    jobs=(
        *balance_jobs.JOBS,
        *flags_jobs.JOBS,
        *validation_jobs.JOBS,
        *billing_jobs.JOBS,
        *forecast_jobs.JOBS,
        *leakage_jobs.JOBS,
        *inflow_jobs.JOBS,
    ),
    pages=(
        *pages.PAGES,
        *billing_pages.PAGES,
        *leakage_pages.PAGES,
        *rollout_pages.PAGES,
    ),
    forms=(*validation_pages.FORMS, *billing_pages.FORMS, *leakage_pages.FORMS),
    routes=(*api.ROUTES, *validation_api.ROUTES, *billing_api.ROUTES),
)
