"""Money in integer won: what was budgeted and spent, and what was invested."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import Count, Entity, Flag, Label, Plain, label, prop, quantity
from dalgu.kernel.text import Text


class Expenditure(
    Entity,
    Sourced,
    unmodelled=Text(
        "세출 예산과 집행을 나타내는 모델이 없다.",
        "No model describes a line of the budget and its execution.",
    ),
):
    """One programme of the budget in one fiscal year."""

    name: Label = label()
    fiscal_year: Count = prop("회계연도", "Fiscal year, which is the calendar year")
    is_smart_city: Flag = prop("스마트도시 사업", "Whether it is tagged as smart city")
    appropriated: Count = quantity("KRW", "예산현액", "Appropriated")
    executed: Count = quantity("KRW", "집행액", "Executed")
    closed_on: Plain = day("회계연도 말일", "31 December of the fiscal year")


class Investment(
    Entity,
    unmodelled=Text(
        "투자유치를 나타내는 모델이 없다.",
        "No model describes an investment that a city attracted.",
    ),
):
    """One contracted investment; here `source` says where the money comes from."""

    name: Label = label()
    source: Plain = prop("재원", "private or public")
    is_smart_city_project: Flag = prop("스마트도시 사업", "Whether it is for a smart-city project")
    amount: Count = quantity("KRW", "투자액", "Contracted amount")
    contracted_on: Plain = day("계약일", "The day of the contract")
    quality: Plain = prop("값의 질", "measured, estimated or proxy; absent: measured")
    source_date: Plain = day("출처 기준일", "The date of the paper it comes from")
