"""The words of bills and of the customer's page, Korean and English."""

from dalgu.kernel.text import Text
from dalgu.services.water.billing.tariff import Charge

CHARGES = {
    Charge.WATER: Text("상수도", "Water"),
    Charge.SEWERAGE: Text("하수도", "Sewerage"),
    Charge.LEVY: Text("물이용부담금", "Water-use levy"),
}
LINES = {
    "base": Text("구경별 기본요금", "Base fee by meter size"),
    "tier": Text("단계", "tier"),
    "minimum": Text("최저요금 부족분", "Up to the minimum"),
    "leak": Text("누수 감면", "Leak allowance"),
    "reduction": Text("감면", "Reduction"),
    "vat": Text("부가가치세", "Value-added tax"),
    "rounding": Text("절사", "Rounded down"),
    "difference": Text("이전 고지와의 차액", "Difference to the bill it replaces"),
}
