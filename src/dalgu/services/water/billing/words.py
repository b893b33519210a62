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
REPLAY = {
    "same": Text("원 단위까지 같습니다.", "The same to the won."),
    "differs": Text("금액이 다릅니다.", "The amount differs."),
    "damaged": Text(
        "금액은 같지만 근거에 다른 곳이 있습니다.",
        "The amount is the same, but the evidence differs from what stands on it.",
    ),
}
FOUND = {
    "tariff": Text("요율표가 기록과 다름", "The tariff is not the one recorded"),
    "manifest": Text("일별 자료 목록이 기록과 다름", "The list of day sheets is not as recorded"),
    "sheet": Text("일별 자료가 기록과 다름", "The day sheet is not the one recorded"),
    "sum": Text("시간 합계와 지침 차가 다름", "The hours do not add up to the registers"),
    "register": Text("지침이 다름", "A register differs"),
    "line": Text("명세 줄이 다름", "A line differs"),
    "amount": Text("금액이 다름", "The amount differs"),
    "charge": Text("다시 계산할 수 없음", "It cannot be charged again"),
    "message": Text("수신 원문이 저장된 값과 다름", "The message does not say the value held"),
    "seal": Text("원문 봉인이 기록과 다름", "The seal of the messages is not as recorded"),
    "bytes": Text("수신 원문이 고지 때와 다름", "The message's bytes are not those of the issue"),
    "hour": Text("시간 사용량이 수신 원문과 다름", "An hour differs from the messages"),
}
STATUSES = {
    "draft": Text("초안", "Draft"),
    "issued": Text("고지됨", "Issued"),
    "disputed": Text("이의 제기", "Disputed"),
    "corrected": Text("정정됨", "Corrected"),
    "withdrawn": Text("철회됨", "Withdrawn"),
}
STANDINGS = (
    Text("없음", "missing"),
    Text("실측", "read"),
    Text("추정(균등)", "estimated, evenly"),
    Text("추정(유형)", "estimated, by like days"),
    Text("수정", "set by a person"),
)
BILLS = {
    "water": Text("상수도 원격검침", "Water metering"),
    "title": Text("수도 요금", "Water bills"),
    "lead": Text(
        "검증된 시간별 사용량으로 산정한 고지입니다. 모든 금액은 수신 원문까지 되짚을 수 있습니다.",
        "Bills made from validated hours. Every won can be replayed down to the frame.",
    ),
    "period": Text("고지 월", "Month"),
    "show": Text("보기", "Show"),
    "accounts": Text("수용가", "Accounts"),
    "billed": Text("이 달의 고지", "Bills of the month"),
    "sum": Text("합계 금액", "Sum"),
    "disputed": Text("이의 제기", "Disputed"),
    "run": Text("이 달의 초안 산정", "Draft this month"),
    "run_note": Text(
        "이미 고지한 것은 바뀌지 않습니다. 몇 번을 해도 같은 결과입니다.",
        "What is issued stays as it is. Doing it again changes nothing.",
    ),
    "open": Text("수용가가 없는 계량기에 수용가 만들기", "Open accounts for meters without one"),
    "open_note": Text(
        "급수 대장의 업종과 구경대로 지난달 첫날부터 만듭니다. 대장에 없는 것은 만들지 않습니다.",
        "By the class and diameter of the supply register, from the first of last month. What the "
        "register does not tell is left out.",
    ),
    "issue_all": Text("초안을 모두 고지", "Issue all drafts"),
    "issue_note": Text(
        "고지한 날의 사용량은 확정되어, 그 뒤에는 정정으로만 바뀝니다.",
        "The days that are billed become final: after that they change by a correction only.",
    ),
    "bill": Text("고지", "Bill"),
    "account": Text("수용가", "Account"),
    "meter": Text("계량기", "Meter"),
    "use": Text("사용량", "Use"),
    "amount": Text("금액", "Amount"),
    "status": Text("상태", "Status"),
    "estimated": Text("추정 비율", "Estimated"),
    "none": Text("이 달의 고지가 없습니다.", "There are no bills of this month."),
    "more": Text("앞의 것만 보입니다.", "Only the first are shown."),
    "won": Text("원", "won"),
}
BILL = {
    "lines": Text("명세", "Lines"),
    "what": Text("항목", "Item"),
    "formula": Text("계산", "Formula"),
    "clause": Text("근거 조항", "Clause"),
    "days": Text("기간", "Days"),
    "evidence": Text("근거", "Evidence"),
    "registers": Text("지침", "Registers"),
    "tariff": Text("요율표", "Tariff"),
    "sheets": Text("일별 검증 자료", "Validated day sheets"),
    "day": Text("날짜", "Day"),
    "version": Text("판", "Version"),
    "digest": Text("SHA-256", "SHA-256"),
    "replay": Text("원문까지 다시 계산", "Replay to the frames"),
    "replayed": Text("다시 계산한 결과", "What the replay found"),
    "recomputed": Text("다시 계산한 금액", "Recomputed"),
    "findings": Text("다른 곳", "Where it differs"),
    "where": Text("위치", "Where"),
    "expected": Text("기록", "Recorded"),
    "found": Text("확인", "Found"),
    "frames": Text("수신 원문", "Device messages"),
    "received": Text("받은 때", "Received"),
    "says": Text("말하는 지침", "Registers it says"),
    "body": Text("원문", "Raw"),
    "checked": Text("원문과 맞춘 지침 수", "Registers held against messages"),
    "imported": Text("원문 없이 들어온 지침 수", "Registers that came by no message"),
    "sealed": Text("봉인과 맞춘 원문 수", "Messages held against the seal of the issue"),
    "closed": Text("열 수 없는 원문의 지침 수", "Registers of messages that cannot be opened here"),
    "hours": Text("시간별 사용량 (리터)", "Hours (litres)"),
    "steps": Text("처리", "Steps"),
    "issue": Text("고지", "Issue"),
    "dispute": Text("이의 접수", "Note a dispute"),
    "correct": Text("정정", "Correct"),
    "correct_note": Text(
        "지금의 검증 자료로 다시 산정합니다. 달라지면 새 고지가 이것을 대신하고, "
        "같으면 이 고지가 유지됩니다.",
        "Made again from the hours as they stand now. If it differs a new bill takes its place; "
        "if not, this one stands.",
    ),
    "leak": Text("누수 감면 적용", "Allow for a leak"),
    "withdraw": Text("철회", "Withdraw"),
    "reason": Text("사유 (10자 이상)", "Reason (ten signs or more)"),
    "replaces": Text("대체한 고지", "Replaces"),
    "replaced_by": Text("이 고지를 대신하는 고지", "Replaced by"),
    "changed_by": Text("처리한 사람", "Last step by"),
    "example": Text("예시 요율표", "Example tariff"),
}
ACCOUNT = {
    "terms": Text("요금 조건", "Terms"),
    "usage_class": Text("업종", "Class of use"),
    "diameter": Text("구경", "Diameter"),
    "households": Text("가구 수", "Households"),
    "since": Text("개시일", "Since"),
    "link": Text("고객 열람 링크", "The customer's link"),
    "link_now": Text("지금의 링크를 만든 때", "The present link was made"),
    "no_link": Text("아직 링크가 없습니다.", "There is no link so far."),
    "link_note": Text(
        "아래 주소를 옮겨 적은 뒤 누르십시오. 이 주소는 다시 볼 수 없고, "
        "이전 링크는 더 열리지 않습니다.",
        "Copy the address, then press. It cannot be shown again, and any earlier link stops "
        "working.",
    ),
    "link_address": Text("새 주소", "New address"),
    "link_set": Text("옮겨 적었습니다. 이 링크를 쓰기", "I have copied it. Put this link in force"),
}
MINE = {
    "title": Text("우리 집 수돗물", "My water"),
    "lead": Text(
        "계량기가 보낸 값을 검증한 시간별 사용량입니다. 이 주소를 아는 사람만 볼 수 있습니다.",
        "Your hours as the meter sent them and we checked them. Only who knows this address "
        "sees it.",
    ),
    "yesterday": Text("가장 최근 하루", "Newest day"),
    "fortnight": Text("최근 14일", "Last 14 days"),
    "more": Text("이전 14일보다 {n}% 많습니다.", "{n} % more than the 14 days before."),
    "less": Text("이전 14일보다 {n}% 적습니다.", "{n} % less than the 14 days before."),
    "even": Text("이전 14일과 거의 같습니다.", "About as much as in the 14 days before."),
    "peers": Text("이웃과 비교", "Beside the neighbours"),
    "peers_note": Text(
        "{period}: 우리 집 {own} m³, 같은 동의 비슷한 {n}가구의 중앙값 {typical} m³.",
        "{period}: you used {own} m³; the median of {n} similar households nearby is {typical} m³.",
    ),
    "few": Text(
        "비교할 만한 가구가 열 곳이 되지 않아 보여 드리지 않습니다.",
        "There are fewer than ten similar households nearby, so no comparison is shown.",
    ),
    "hours": Text("시간별 사용량, 최근 7일", "By the hour, last 7 days"),
    "days": Text("하루 사용량, 최근 4주", "By the day, last 4 weeks"),
    "months": Text("월 사용량", "By the month"),
    "day": Text("날짜", "Day"),
    "month": Text("월", "Month"),
    "use": Text("사용량", "Use"),
    "most": Text("가장 많이", "at most"),
    "estimated": Text("추정 포함", "partly estimated"),
    "unknown": Text("알 수 없음", "unknown"),
    "no_data": Text("아직 검증된 사용량이 없습니다.", "There are no validated hours so far."),
    "alert": Text("물이 새고 있을 수 있습니다", "Water may be leaking"),
    "alert_quiet": Text("지금 의심되는 누수가 없습니다.", "No leak is suspected now."),
    "alert_since": Text("알린 때", "Told"),
    "todo": Text("이렇게 해 보십시오", "What to do"),
    "todo_1": Text(
        "집 안의 수도꼭지를 모두 잠그고 계량기를 보십시오. 별표(별침)가 돌면 어딘가 새고 있습니다.",
        "Close every tap and look at the meter. If its small wheel still turns, water leaks "
        "somewhere.",
    ),
    "todo_2": Text(
        "변기부터 보십시오. 물탱크에 식용 색소를 넣고 10분 뒤 변기 물에 색이 보이면 새는 것입니다.",
        "Look at the toilet first: put food colour in the tank; if the bowl is coloured after ten "
        "minutes, it leaks.",
    ),
    "todo_3": Text(
        "찾지 못하면 수도사업소에 누수 탐지를 요청하십시오. "
        "땅속이나 벽 속의 누수는 요금 감면을 받을 수 있습니다.",
        "If you find nothing, ask the water office to search. For a leak under ground or inside a "
        "wall the charge may be reduced.",
    ),
    "other_alert": Text("알려 드릴 일", "Something to know"),
    "bill": Text("가장 최근 요금", "Newest bill"),
    "bill_for": Text("{first} – {last}", "{first} – {last}"),
    "no_bill": Text("아직 고지된 요금이 없습니다.", "No bill has been issued so far."),
    "pays": Text("내실 금액", "To pay"),
    "explained": Text(
        "요금은 기본요금, 쓴 만큼의 상수도·하수도 요금, 물이용부담금으로 이루어집니다. "
        "줄마다 계산을 적었습니다.",
        "A bill is a base fee, water and sewerage by use, and the water-use levy. Each line shows "
        "how it was worked out.",
    ),
    "estimated_note": Text(
        "사용량의 {n}%는 추정입니다. 검침이 들어오면 바로잡습니다.",
        "{n} % of the use is estimated. It is put right when the reading comes in.",
    ),
    "example": Text(
        "이 요금은 예시 요율표로 계산했습니다. 실제 고지가 아닙니다.",
        "This was worked out with an example tariff. It is no real bill.",
    ),
}
