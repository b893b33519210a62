"""The words of validation, Korean and English."""

from dalgu.kernel.text import Text
from dalgu.services.water.validation.sheet import Standing

STANDINGS = {
    Standing.MISSING: Text("결측", "Missing"),
    Standing.ACTUAL: Text("실측", "Read"),
    Standing.LINEAR: Text("추정(직선)", "Estimated, evenly"),
    Standing.PROFILE: Text("추정(비슷한 날)", "Estimated by like days"),
    Standing.EDITED: Text("수정", "Set by hand"),
}

WORDS = {
    "title": Text("검증된 사용량", "Validated consumption"),
    "lead": Text(
        "요금과 수지의 근거가 되는 시간별 사용량입니다. "
        "읽은 값, 추정한 값, 사람이 고친 값을 나누어 보입니다.",
        "The hours that bills and balances stand on: read, estimated and set by hand told apart.",
    ),
    "day": Text("날짜", "Day"),
    "hour": Text("시각", "Hour"),
    "use": Text("사용량", "Consumption"),
    "standing": Text("구분", "How it is known"),
    "register": Text("지침", "Register"),
    "version": Text("판", "Version"),
    "digest": Text("자료 지문", "Digest"),
    "reason": Text("사유", "Reason"),
    "rules": Text("걸린 규칙", "Rules raised"),
    "clause": Text("근거 조항", "Source"),
    "none": Text("걸린 규칙이 없습니다.", "No rule was raised."),
    "no_days": Text(
        "아직 검증된 날이 없습니다. 밤마다 전날을 검증합니다.",
        "No day is validated so far; each night validates the day before.",
    ),
    "edits": Text("사람이 고친 값", "Hours set by hand"),
    "edit": Text("시간 고치기", "Set hours"),
    "first_hour": Text("첫 시간(현지)", "First hour (local)"),
    "values": Text("시간별 리터, 빈칸이나 쉼표로 나눔", "Litres of each hour, by spaces or commas"),
    "why": Text("사유(10자 이상)", "Why (ten signs at least)"),
    "confirm": Text(
        "지침의 차와 달라도 고칩니다", "Set them although they do not add up to the register"
    ),
    "correction": Text("요금이 나간 날의 정정입니다", "This corrects a day that was billed"),
    "save": Text("고치기", "Set"),
    "withdraw": Text("되돌리기", "Withdraw"),
    "withdrawn": Text("되돌림", "Withdrawn"),
    "by": Text("고친 사람", "By"),
    "final": Text("요금 확정", "Billed"),
    "days_invalid": Text("기간이 올바르지 않음", "The days are invalid"),
}
