"""The words of the water pages, Korean and English."""

from dalgu.kernel.text import Text

SHARED = {
    "meter": Text("계량기", "Meter"),
    "district": Text("급수 블록", "District"),
    "day": Text("날짜", "Day"),
    "hour": Text("시각", "Hour"),
    "total": Text("합계", "Total"),
    "inflow": Text("유입량", "Inflow"),
    "consumption": Text("사용량", "Consumption"),
    "night": Text("야간 최소 유량", "Minimum night flow"),
    "losses": Text("손실량", "Losses"),
    "leakage": Text("누수량(유입 분석)", "Leakage, as inflow tells"),
    "ratio": Text("유수율", "Revenue water ratio"),
    "ili": Text("누수지수(ILI)", "Leakage index (ILI)"),
    "indication": Text("참고값", "indication"),
    "forecast": Text("수요 예측", "Demand forecast"),
    "last_read": Text("마지막 검침", "Last read"),
    "register": Text("지침", "Register"),
    "source": Text("출처", "Source"),
    "message": Text("원본 전문", "Raw frame"),
    "since": Text("처음 알린 때", "First told"),
    "severity": Text("정도", "Severity"),
    "none": Text("없습니다.", "There are none."),
    "back": Text("상수도 원격검침", "Water metering"),
    "to_desk": Text("누수 작업대로", "To the leak desk"),
    "most": Text("최대", "most"),
    "all_values": Text("모든 값과 출처", "All values and their sources"),
}

WORDS = SHARED | {
    "title": Text("상수도 원격검침", "Water metering"),
    "lead": Text(
        "계량기가 스스로 말한 시간별 사용량과, 그것이 의심하게 하는 일들입니다.",
        "What the meters themselves say of each hour, and what it gives reason to suspect.",
    ),
    "active": Text("사용 중인 계량기", "Active meters"),
    "read": Text("최근 24시간 검침률", "Read in the last 24 hours"),
    "pilot": Text("대구 가창 시범사업 99 %", "Daegu's Gachang pilot: 99 %"),
    "silent": Text("24시간 넘게 조용함", "Silent for over 24 hours"),
    "never": Text("읽힌 적 없음: {n}", "Never read: {n}"),
    "open_suspicions": Text("열린 의심", "Open suspicions"),
    "losses_day": Text("하루 손실량", "Losses of a day"),
    "of_areas": Text("다 알려진 최근 하루 · 블록 {n}개", "Newest full day · districts: {n}"),
    "bills_tile": Text("{period} 요금", "Bills of {period}"),
    "bills_note": Text("초안 {n}건 · 다음 산정 {on}", "{n} drafts · next run {on}"),
    "hourly": Text("시간별 사용량, 최근 7일", "Consumption by the hour, last 7 days"),
    "hourly_note": Text(
        "블록의 계량기 가운데 열에 아홉이 보고한 시간만, 또는 이틀이 지난 시간만 그립니다. "
        "빈 곳은 채우지 않습니다.",
        "An hour is drawn once nine of ten meters of a district have reported it, or after two "
        "days. Gaps are left open.",
    ),
    "all": Text("모든 블록", "All districts"),
    "districts": Text("급수 블록", "Districts"),
    "districts_note": Text(
        "유입량과 사용량은 가장 최근 시간의 값이고, 손실과 유수율은 모든 시간이 알려진 최근 "
        "하루의 값입니다. 누수지수는 그 하루의 실손실로 어림한 참고값입니다.",
        "Inflow and consumption are those of the newest hour; losses and ratio those of the newest "
        "day of which every hour is known. The leakage index is an indication from that day.",
    ),
    "no_districts": Text(
        "급수 블록이 아직 없습니다. 계량기가 하루를 보고하면 행정동마다 하나가 생깁니다. "
        "유입량계는 WaterMeter의 inletOf로 블록에 이어 주십시오.",
        "There are no districts so far: each dong becomes one once its meters have reported a "
        "day. Tie an inlet meter to its district by WaterMeter's inletOf.",
    ),
    "no_inflow": Text(
        "유입량을 아는 블록이 없어 손실과 유수율을 셈할 수 없습니다. 블록 유입량계를 등록하고 "
        "WaterMeter의 inletOf로 블록에 이어 주십시오.",
        "No district's inflow is known, so losses and the revenue water ratio cannot be told. "
        "Register the inlet meters and tie each to its district by WaterMeter's inletOf.",
    ),
    "no_full_day": Text(
        "유입량이 들어오고 있습니다. 유입량과 사용량의 모든 시간이 알려진 하루가 지나면 손실과 "
        "유수율이 나타납니다.",
        "Inflow is coming in. Losses and the ratio appear once a day has every hour of inflow and "
        "of use.",
    ),
    "reads": Text("보고한 계량기", "Meters heard"),
    "see_forecast": Text("예측 보기", "See forecast"),
    "suspicions": Text("의심되는 일", "Suspicions"),
    "suspicions_note": Text(
        "기계의 추측입니다. 사람의 확인을 기다립니다.",
        "These are guesses of a rule. They wait for a person to confirm them.",
    ),
    "no_suspicions": Text("지금은 의심되는 일이 없습니다.", "Nothing is suspected now."),
    "more": Text("그 밖에 {n}건", "and {n} more"),
    "unread": Text("검침 누락의 원인", "Why meters are not read"),
    "unread_note": Text(
        "36시간 넘게 읽히지 않은 계량기를 전파, 계량기, 기지국으로 나눕니다.",
        "Meters not read for 36 hours, told apart by radio, meter and gateway.",
    ),
    "no_unread": Text(
        "원인을 가려야 할 누락이 없습니다.", "No meter's silence needs a diagnosis now."
    ),
    "silent_list": Text("가장 오래 조용한 계량기", "Meters silent for the longest"),
    "no_data": Text(
        "아직 합계가 없습니다. 계량기가 하루를 보고하면 나타납니다.",
        "There are no totals so far. They appear once the meters have reported a day.",
    ),
    "no_meters": Text("계량기가 아직 없습니다.", "There are no meters so far."),
    "how_meters": Text(
        "급수 대장을 올리거나 장치를 등록하면 검침이 시작됩니다.",
        "Upload the supply register or register devices; reads then come in by themselves.",
    ),
    "to_registers": Text("행정 대장 올리기", "Upload a register"),
    "to_devices": Text("장치 등록", "Register devices"),
    "network": Text("관망", "Pipe network"),
    "network_note": Text(
        "굵은 관은 누수가 의심되는 관입니다. 번호는 수리 순서입니다.",
        "Thick pipes are those suspected of a leak; the number is the order of repair.",
    ),
    "no_network": Text(
        "불러온 관망이 없습니다. EPANET 파일을 불러오면 의심 관로를 그려 보입니다.",
        "No pipe network is loaded. Load an EPANET file and likely pipes are drawn here.",
    ),
    "cases": Text("열린 누수 건", "Open leak cases"),
}

CAUSES = {
    "radio": Text("전파가 약함", "Weak radio"),
    "meter": Text("계량기·단말기", "The meter itself"),
    "unknown": Text("가릴 자료 없음", "Not to be told"),
    "gateway": Text("기지국", "The gateway"),
}

SEVERITIES = {
    "informational": Text("알림", "Informational"),
    "low": Text("낮음", "Low"),
    "medium": Text("보통", "Medium"),
    "high": Text("높음", "High"),
    "critical": Text("매우 높음", "Critical"),
}

METER = SHARED | {
    "title": Text("계량기", "Meter"),
    "now": Text("지금 지침", "Register now"),
    "never": Text(
        "아직 읽힌 적이 없습니다. 장치의 등록과 열쇠를 확인하십시오.",
        "It was never read so far. See whether its device is registered and its key is known.",
    ),
    "yesterday": Text("어제 사용량", "Used yesterday"),
    "success": Text("실측 시간 비율", "Hours really read"),
    "success_note": Text("최근 {n}일의 검증된 시간", "of the validated hours of {n} days"),
    "open_alerts": Text("열린 알림", "Open alerts"),
    "facts": Text("계량기 정보", "The meter"),
    "id": Text("식별자", "Id"),
    "usage": Text("업종", "Usage"),
    "diameter": Text("구경", "Diameter"),
    "dong": Text("행정동", "Dong"),
    "inlet_of": Text("유입량계: 블록", "Inlet meter of"),
    "outlet_of": Text("유출량계: 블록", "Outlet meter of"),
    "active": Text("사용 여부", "In use"),
    "is_active": Text("사용 중", "Active"),
    "not_active": Text("사용하지 않음", "Not active"),
    "hours": Text("검증된 시간별 사용량", "Validated hours"),
    "hours_note": Text(
        "막대의 높이는 그 시간의 사용량이며, 가장 높은 막대는 {most} L입니다. "
        "빗금과 E는 추정, 격자와 M은 사람이 고친 값, ×는 결측입니다.",
        "A bar's height is the hour's use; the tallest stands for {most} L. Stripes and E are "
        "estimated, a grid and M set by hand, × is missing.",
    ),
    "span": Text("기간", "Span"),
    "days": Text("최근 {n}일", "Last {n} days"),
    "read": Text("실측", "Read"),
    "estimated": Text("추정", "Estimated"),
    "edited": Text("사람이 고침", "Set by hand"),
    "missing": Text("결측", "Missing"),
    "evidence": Text("날마다: 지침에서 원본 전문까지", "Day by day: from register to raw frame"),
    "start": Text("시작 지침 (L)", "Start (L)"),
    "end": Text("끝 지침 (L)", "End (L)"),
    "used": Text("사용량 (L)", "Used (L)"),
    "frames": Text("전문: 처음 · 마지막", "Frames: first · last"),
    "version": Text("판", "Version"),
    "rules": Text("걸린 규칙", "Rules raised"),
    "refused": Text("값을 쓰지 않음", "the value is not used"),
    "final": Text("요금 확정", "Billed"),
    "versions": Text("{day}의 판", "Versions of {day}"),
    "versions_of": Text("판 보기", "See versions"),
    "made_at": Text("만든 때", "Made at"),
    "why": Text("만든 까닭", "Why it was made"),
    "digest": Text("자료 지문", "Digest"),
    "alerts": Text("알림", "Alerts"),
    "no_alerts": Text("이 계량기의 알림이 없습니다.", "Nothing was ever told of this meter."),
    "open": Text("열림", "Open"),
    "closed": Text("종결", "Closed"),
    "acknowledged": Text("확인함", "Acknowledged"),
    "radio": Text("전파와 단말기", "Radio and terminal"),
    "signal": Text("수신 세기", "Signal"),
    "gateway": Text("기지국", "Gateway"),
    "heard": Text("마지막 수신", "Last heard"),
    "battery": Text("배터리", "Battery"),
    "temperature": Text("온도", "Temperature"),
    "told": Text("스스로 알린 경보", "Alarms of its own"),
    "device": Text("장치", "Device"),
    "no_device": Text(
        "등록된 장치가 없습니다. 장치 대장에 등록해야 전문을 해독합니다.",
        "No device is registered; frames are read once the device registry knows it.",
    ),
    "interval": Text("보고 주기", "Reports every"),
    "diagnosis": Text("진단", "Diagnosis"),
    "is_heard": Text("제때 들립니다.", "It is heard in time."),
    "is_silent": Text(
        "{n}시간 동안 들리지 않았습니다. 36시간이 넘으면 밤 사이에 원인을 가립니다.",
        "Not heard for {n} hours. After 36 hours the nightly run tells the cause.",
    ),
    "gateway_down": Text(
        "이 계량기를 듣던 기지국이 조용합니다. 기지국부터 확인하십시오.",
        "The gateway that hears it is silent. Look at the gateway first.",
    ),
    "accounts": Text("요금 계정", "Account"),
    "no_account": Text("요금 계정이 없습니다.", "It has no account."),
    "raw": Text("들어온 지침 그대로", "Registers as they came"),
    "edit_lead": Text(
        "고친 값은 까닭과 함께 남고, 되돌릴 수 있습니다. 지침의 차와 맞아야 합니다.",
        "What is set stays on record with its reason and can be withdrawn; the hours must add up "
        "to the register's difference.",
    ),
}

DISTRICT = SHARED | {
    "title": Text("급수 블록", "District"),
    "lead": Text(
        "들어온 물과 계량된 물, 그 차이입니다.",
        "The water that came in, what meters counted, and the difference.",
    ),
    "yesterday": Text("어제", "Yesterday"),
    "metered": Text("계량된 사용량", "Metered consumption"),
    "success": Text("24시간 검침률", "Read in 24 hours"),
    "meters": Text("계량기 {read} / {active}", "{read} of {active} meters"),
    "cases": Text("열린 누수 건", "Open leak cases"),
    "chart": Text("유입, 계량, 예측", "Inflow, metered use and forecast"),
    "chart_note": Text(
        "지난 7일과 앞으로 7일, 한 시간의 m³입니다. 옅은 띠는 열 시간 가운데 여덟 시간이 있을 "
        "것으로 보는 구간입니다.",
        "The last and the next 7 days, m³ in an hour. Eight of ten hours are expected in the "
        "pale band.",
    ),
    "no_chart": Text(
        "유입량도 사용량도 아직 없습니다. 계량기가 하루를 보고하면 그려집니다.",
        "Neither inflow nor use is known so far; the chart appears once meters report a day.",
    ),
    "no_inflow": Text(
        "이 블록의 유입량계가 없습니다. 계량기를 WaterMeter의 inletOf로 이 블록에 이으면 "
        "야간 최소 유량, 손실, 유수율, 물 수지가 나타납니다.",
        "No inlet meter is known for this district. Tie one to it by WaterMeter's inletOf, and "
        "night flow, losses, ratio and water balance appear.",
    ),
    "band": Text("예측 구간(80 %)", "Interval of the forecast (80 %)"),
    "low": Text("낮은 값", "Low"),
    "high": Text("높은 값", "High"),
    "errors": Text("예측 오차, 시간당", "Error of the forecast, per hour"),
    "errors_note": Text(
        "지난 몇 주를 모르는 척하고 예측해 본 평균 절대 오차입니다. 단순 예측보다 커지면 알아볼 "
        "수 있게 함께 둡니다.",
        "Mean absolute error of forecasts made as if on the past weeks, beside forecasts that "
        "cost nothing.",
    ),
    "method": Text("방법", "Method"),
    "error": Text("오차", "Error"),
    "days": Text("날마다", "By day"),
    "days_note": Text(
        "야간 최소 유량은 02–05시의 가장 적은 한 시간 유입량입니다.",
        "Minimum night flow is the least hourly inflow from 02 to 05.",
    ),
    "no_days": Text("아직 하루도 셈하지 못했습니다.", "No day is balanced so far."),
    "balance": Text("물 수지(IWA/AWWA)", "Water balance (IWA/AWWA)"),
    "period": Text("기간", "Period"),
    "show": Text("보기", "Show"),
    "volume": Text("m³ (95 % 한계)", "m³ (95 % limits)"),
    "share": Text("유입량 대비", "Share of the input"),
    "assumptions": Text("가정과 출처", "Assumptions and their sources"),
    "assumed": Text("가정", "Assumption"),
    "value": Text("값", "Value"),
    "limit": Text("95 % 한계", "95 % limits"),
    "unavoidable": Text("불가피 손실(UARL)", "Unavoidable losses (UARL)"),
    "real": Text("실손실", "Real losses"),
    "ili_note": Text(
        "실손실을 이 관망에서 피할 수 없는 손실로 나눈 값입니다. 1에 가까울수록 좋습니다.",
        "Real losses over those this network cannot avoid; the nearer to 1 the better.",
    ),
    "ili_small": Text(
        "급수전 3,000개나 수압 25 m에 못 미쳐 참고값으로만 봅니다.",
        "Under 3,000 connections or 25 m of pressure: an indication only.",
    ),
    "no_ili": Text(
        "배수관 연장, 급수전 수, 평균 수압을 블록에 적으면 누수지수가 나타납니다.",
        "Give the district its mains length, connections and mean pressure, and the index appears.",
    ),
    "mains": Text("배수관 연장", "Mains"),
    "connections": Text("급수전", "Connections"),
    "pressure": Text("평균 수압", "Mean pressure"),
    "no_cases": Text("열린 누수 건이 없습니다.", "No leak case is open."),
    "case": Text("누수 건", "Leak case"),
    "flow": Text("누수량 (m³/h)", "Flow (m³/h)"),
    "status": Text("상태", "Status"),
    "sheets": Text("검증된 하루 자료", "Validated day sheets"),
    "no_sheets": Text(
        "검증된 날이 없습니다. 밤마다 전날을 검증합니다.",
        "No day is validated so far; each night validates the day before.",
    ),
    "version": Text("판", "Version"),
    "actual": Text("실측", "Read"),
    "estimated": Text("추정", "Estimated"),
    "edited": Text("고침", "By hand"),
    "missing": Text("결측", "Missing"),
    "why": Text("까닭", "Why"),
    "final": Text("요금 확정", "Billed"),
    "yes": Text("예", "Yes"),
    "no": Text("아니요", "No"),
    "of_meters": Text("이 블록의 계량기", "Meters of this district"),
    "shown": Text("가장 오래 조용한 순서로 {n}대까지", "up to {n}, the longest silent first"),
}

REASONS = {
    "nightly": Text("밤 사이 검증", "nightly run"),
    "late reads": Text("늦게 온 검침값", "late reads"),
    "edit": Text("사람이 고침", "an edit"),
    "rules": Text("규칙이 바뀜", "other rules"),
    "re-run": Text("다시 검증", "re-run"),
}
