"""The words of the water pages, Korean and English."""

from dalgu.kernel.text import Text

WORDS = {
    "title": Text("상수도 원격검침", "Water metering"),
    "lead": Text(
        "계량기가 스스로 말한 시간별 사용량과, 그것이 의심하게 하는 일들입니다.",
        "What the meters themselves say of each hour, and what it gives reason to suspect.",
    ),
    "active": Text("사용 중인 계량기", "Active meters"),
    "read": Text("최근 24시간에 읽힌 계량기", "Meters read in the last 24 hours"),
    "silent": Text("24시간 넘게 조용한 계량기", "Meters silent for more than 24 hours"),
    "never": Text("아직 읽힌 적 없는 계량기", "Meters never read so far"),
    "hourly": Text("시간별 사용량, 최근 7일", "Consumption by the hour, last 7 days"),
    "hourly_note": Text(
        "블록의 계량기 가운데 열에 아홉이 보고한 시간만, 또는 이틀이 지난 시간만 그립니다. "
        "빈 곳은 채우지 않습니다.",
        "An hour is drawn once nine of ten meters of a district have reported it, or after two "
        "days. Gaps are left open.",
    ),
    "all": Text("모든 블록", "All districts"),
    "districts": Text("블록별 가장 최근 합계", "Newest total of each district"),
    "district": Text("블록", "District"),
    "hour": Text("시각", "Hour ending"),
    "consumption": Text("사용량", "Consumption"),
    "reads": Text("보고한 계량기", "Meters heard"),
    "suspicions": Text("의심되는 일", "Suspicions"),
    "suspicions_note": Text(
        "기계의 추측입니다. 사람의 확인을 기다립니다.",
        "These are guesses of a rule. They wait for a person to confirm them.",
    ),
    "none": Text("지금은 의심되는 일이 없습니다.", "Nothing is suspected now."),
    "meter": Text("계량기", "Meter"),
    "what": Text("의심", "Suspicion"),
    "since": Text("처음 알린 때", "First told"),
    "severity": Text("정도", "Severity"),
    "silent_list": Text("가장 오래 조용한 계량기", "Meters silent for the longest"),
    "last_read": Text("마지막 검침", "Last read"),
    "no_data": Text(
        "아직 합계가 없습니다. 계량기가 하루를 보고하면 나타납니다.",
        "There are no totals so far. They appear once the meters have reported a day.",
    ),
}

SEVERITIES = {
    "informational": Text("알림", "Informational"),
    "low": Text("낮음", "Low"),
    "medium": Text("보통", "Medium"),
    "high": Text("높음", "High"),
    "critical": Text("매우 높음", "Critical"),
}
