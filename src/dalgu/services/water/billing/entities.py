"""The entity types of billing: who pays for which meter, and what was asked of them.

An account is a pseudonym: no name, no address. Who it is stands in the utility's own books.
"""

from dalgu.hub.model import (
    JSON,
    Count,
    Entity,
    Link,
    Plain,
    Quantity,
    instant,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class WaterAccount(
    Entity,
    unmodelled=Text(
        "수도 사용자의 요금 조건을 나타내는 모델이 없다.",
        "No model describes the terms by which water is paid for.",
    ),
):
    """The terms one meter's water is paid by, since a day."""

    meter: Link = relationship("계량기", "The WaterMeter")
    district: Plain = prop("행정동", "Administrative dong code")
    tariff: Plain = prop("요율표", "Id of its tariff")
    usage_class: Plain = prop("업종", "household, general, bath, …: a class of the tariff")
    diameter: Quantity = quantity("MMT", "구경", "Nominal diameter; the base fee follows it")
    households: Count = prop("가구 수", "Households behind the meter")
    charges: list[str] | None = prop("부과 항목", "water, sewerage, levy; all when absent")
    reductions: list[str] | None = prop("감면", "Reductions of the tariff that it has")
    opened_on: Plain = prop("개시일", "First day it pays for; ISO 8601")
    closed_on: Plain = prop("폐지일", "Last day it pays for; ISO 8601")
    earlier_terms: JSON = prop("이전 조건", "Terms that held before, each with its last day")
    access_digest: Plain = prop("열람 링크", "SHA-256 of the customer's link secret")
    access_since: Plain = instant("링크 발급", "When the link was made; ISO 8601")


class WaterAccessLink(
    Entity,
    unmodelled=Text(
        "고객 열람 링크를 나타내는 모델이 없다.",
        "No model describes the link by which a customer opens a page.",
    ),
):
    """Where a customer's link leads: its id is the half of a digest, so finding it is one look.

    It opens nothing by itself: the account's own digest of the whole secret decides.
    """

    account: Link = relationship("수용가", "The WaterAccount")


class WaterBill(
    Entity,
    unmodelled=Text(
        "수도 요금 고지와 그 근거를 나타내는 모델이 없다.",
        "No model describes a water bill with its evidence.",
    ),
):
    """What one account owes for one month, line by line; never deleted, only replaced."""

    account: Link = relationship("수용가", "The WaterAccount")
    meter: Link = relationship("계량기", "The WaterMeter")
    district: Plain = prop("행정동", "Administrative dong code")
    period: Plain = prop("고지 월", "The month, as 2026-03")
    period_from: Plain = prop("첫날", "First day billed; ISO 8601")
    period_to: Plain = prop("마지막 날", "Last day billed; ISO 8601")
    register_from: Quantity = quantity("MTQ", "시작 지침", "Register at the start of the first day")
    register_to: Quantity = quantity("MTQ", "끝 지침", "Register at the end of the last day")
    consumption: Quantity = quantity("MTQ", "사용량", "Cubic metres billed")
    amount: Count = prop("고지 금액", "Whole won")
    lines: JSON = prop("명세", "Each line with its formula, rate and clause")
    tariff: Plain = prop("요율표", "Id of the tariff")
    tariff_digest: Plain = prop("요율표 판", "SHA-256 of the kept tariff file")
    status: Plain = prop("상태", "draft, issued, disputed, corrected, withdrawn")
    evidence: JSON = prop("근거", "Terms, registers, and digest of the day sheets it stands on")
    estimated_share: Quantity = quantity("C62", "추정 비율", "Estimated part of the use, 0 to 1")
    leak_allowance: JSON = prop("누수 감면", "The usual use it was given by, and the reason")
    replaces: Link = relationship("대체한 고지", "The WaterBill it corrects")
    replaced_by: Link = relationship("대체된 고지", "The WaterBill that corrects it")
    reason: Plain = prop("사유", "Why it is disputed, corrected or withdrawn")
    issued_at: Plain = instant("고지 시각", "When it was issued; ISO 8601")
    changed_by: Plain = prop("처리한 사람", "The pseudonym of who took the last step")


class WaterTariff(
    Entity,
    unmodelled=Text(
        "채택한 요율표의 판을 나타내는 모델이 없다.",
        "No model describes which version of a tariff a city has adopted.",
    ),
):
    """A tariff that the city has adopted: it stands before the ones that come along."""

    file: Plain = prop("파일", "SHA-256 of the kept tariff file")
    adopted_at: Plain = instant("채택 시각", "When it was adopted; ISO 8601")
    adopted_by: Plain = prop("채택한 사람", "The pseudonym of who adopted it")


class TypicalWaterUse(
    Entity,
    unmodelled=Text(
        "비슷한 수용가들의 사용량 중앙값을 나타내는 모델이 없다.",
        "No model describes the median use of similar customers.",
    ),
):
    """What similar single households of a district used in a month: the median of ten or more."""

    district: Plain = prop("행정동", "Administrative dong code")
    usage_class: Plain = prop("업종", "A class of the tariff")
    period: Plain = prop("고지 월", "The month, as 2026-03")
    median_use: Quantity = quantity("MTQ", "중앙값", "Median of what they used")
    account_count: Count = prop("수용가 수", "How many accounts it speaks of; at least ten")


ENTITIES = (WaterAccount, WaterAccessLink, WaterBill, WaterTariff, TypicalWaterUse)
