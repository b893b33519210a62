"""The words of the roll-out page, Korean and English."""

from dalgu.kernel.text import Text

WORDS = {
    "title": Text("원격검침 보급 계획", "Roll-out of remote reading"),
    "lead": Text(
        "누수, 미검침, 전파 도달 범위를 원으로 환산하여 어느 구역부터 할지 보여 줍니다.",
        "Leakage, unread houses and radio coverage in won: which area comes next, and why.",
    ),
    "budget": Text("한 해 예산(원)", "Budget of a year (won)"),
    "show": Text("다시 계산", "Plan again"),
    "areas": Text("구역", "Areas"),
    "areas_tile": Text("아직 원격검침이 아닌 구역", "Areas still without"),
    "meters_tile": Text("남은 계량기", "Meters to fit"),
    "bn_won": Text("십억 원", "bn won"),
    "cost_tile": Text("전체 비용", "Cost of all"),
    "saved_tile": Text("한 해 절감", "Saved in a year"),
    "order": Text("보급 순서", "Order of the roll-out"),
    "year": Text("연차", "Year"),
    "name": Text("구역", "Area"),
    "missing": Text("남은 계량기", "Meters to fit"),
    "covered": Text("전파 도달(%)", "In radio reach (%)"),
    "gateways": Text("새 기지국", "New gateways"),
    "cost": Text("비용(원)", "Cost (won)"),
    "leakage": Text("누수 절감(원/년)", "Leakage saved (won a year)"),
    "unread": Text("미검침 회수(원/년)", "Unread recovered (won a year)"),
    "reading": Text("검침 절감(원/년)", "Reading saved (won a year)"),
    "payback": Text("회수 기간(년)", "Pays back in (years)"),
    "later": Text("계획 밖", "Beyond the plan"),
    "assumptions": Text("이 계획이 딛고 선 가정", "What this plan assumes"),
    "what": Text("항목", "Number"),
    "value": Text("값", "Value"),
    "source": Text("근거", "Source"),
    "empty": Text(
        "보급 계획 구역이 아직 없습니다. WaterRolloutArea 자료를 `dalgu import`로 올리면 "
        "여기에 순서가 나타납니다.",
        "There are no areas to plan so far. Load WaterRolloutArea rows with `dalgu import`, "
        "and the order appears here.",
    ),
    "picture": Text(
        "한 해 절감액 대비 비용: 막대가 길수록 먼저 할 구역입니다.",
        "Won saved in a year for each thousand spent: the longer the bar, the sooner.",
    ),
    "back": Text("상수도 원격검침", "Water metering"),
}
