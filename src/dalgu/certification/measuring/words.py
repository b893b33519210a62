"""Why a value is not there, in words for people."""

from collections.abc import Sequence

from dalgu.kernel.text import Text

NO_ENTRY = Text("등록된 항목이 없다", "There is no entry")
LATEST_EMPTY = Text("최신 항목에 값이 없다", "The latest entry has no value")
LATEST_UNLIKE = Text(
    "최신 항목이 여러 개이며 값이 서로 다르다",
    "Several entries are the latest, with unlike values",
)
NOTHING_OBSERVED = Text("기간 안에 관측값이 하나도 없다", "Nothing was observed within the period")
MEMORY_SHORT = Text(
    "허브에 보존된 기간이 관측값 한 건의 유효 시간보다 짧다",
    "The hub's memory is shorter than the age that one observation may have",
)
ZERO_DENOMINATOR = Text(
    "분모가 0이어서 값을 구할 수 없다", "The denominator is zero, so there is no value"
)
NOT_FINITE = Text("산식의 값이 유한한 수가 아니다", "The formula has no finite value")


def no_entities(types: Sequence[str]) -> Text:
    """Say that the hub holds nothing of some types."""
    named = ", ".join(types)
    return Text(f"허브에 {named} 자료가 없다", f"The hub holds no entity of type {named}")


def variable_without(name: Text, reason: Text) -> Text:
    """Say which variable has no value, and why."""
    return Text(f"{name.ko}: {reason.ko}", f"{name.en}: {reason.en}")


def too_old(days: float, most: float) -> Text:
    """Say that a register is older than it may be at the reference date."""
    return Text(
        f"기준일보다 {days:.0f}일 앞선 자료로, 허용되는 {most:g}일을 넘는다",
        f"the data are {days:.0f} days old at the reference date, more than the {most:g} allowed",
    )


def formula_invalid(reason: str) -> Text:
    """Say that a formula cannot be computed at all."""
    return Text(f"산식에 오류가 있다 ({reason})", f"The formula is at fault ({reason})")
