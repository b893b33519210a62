"""The entity types of validation: which sheet holds for a day, and what people changed by hand."""

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Link,
    Plain,
    Quantity,
    instant,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class ValidatedDay(
    Entity,
    unmodelled=Text(
        "검증된 시간별 사용량의 판을 나타내는 모델이 없다.",
        "No model describes a version of validated hourly consumption.",
    ),
):
    """The newest version of one area's validated hours of one local day; older ones in history."""

    area: Link = relationship("급수 블록", "The DistrictMeteredArea")
    day: Plain = prop("날짜", "Local day, ISO 8601")
    version: Count = prop("판", "1 at first; one more whenever the sheet changed")
    sheet: Plain = prop("자료", "SHA-256 of the kept day sheet")
    rules: Plain = prop("규칙", "SHA-256 of the rules it was made by")
    reason: Plain = prop("사유", "nightly, late reads, edit, rules, re-run")
    meter_count: Count = prop("계량기 수", "Meters on the sheet")
    hours_actual: Count = prop("실측 시간", "Meter-hours that were read")
    hours_estimated: Count = prop("추정 시간", "Meter-hours that were estimated")
    hours_edited: Count = prop("수정 시간", "Meter-hours that a person set")
    hours_missing: Count = prop("결측 시간", "Meter-hours without a value")
    total: Quantity = quantity("MTQ", "합계", "All that was used on the day")
    is_final: Flag = prop("확정", "Whether it was billed: it changes by a correction only")


class ReadingEdit(
    Entity,
    unmodelled=Text(
        "사람이 고친 사용량과 그 사유를 나타내는 모델이 없다.",
        "No model describes consumption that a person has set, with the reason.",
    ),
):
    """Hours of one meter that a person set; withdrawn, never deleted."""

    meter: Link = relationship("계량기", "The WaterMeter")
    first_hour: Plain = instant("첫 시간", "Start of the first hour; ISO 8601")
    hours: Count = prop("시간 수", "How many hours")
    values: list[float] | None = prop("값", "Litres of each hour")
    reason: Plain = prop("사유", "Why; at least ten signs")
    edited_by: Plain = prop("수정한 사람", "The pseudonym of who set it")
    edited_at: Plain = instant("수정 시각", "When it was set; ISO 8601")
    withdrawn_by: Plain = prop("철회한 사람", "The pseudonym of who took it back")
    withdrawn_at: Plain = instant("철회 시각", "When it was taken back; ISO 8601")


ENTITIES = (ValidatedDay, ReadingEdit)
