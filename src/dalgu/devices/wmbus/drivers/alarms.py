"""Alarms of water meters from the status words of their drivers, by the rows of `alarms.toml`."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from dalgu.devices.wmbus.telegram import Status
from dalgu.kernel.toml import read_toml


class WaterAlarm(StrEnum):
    """What a water meter reports of itself."""

    LOW_BATTERY = "lowBattery"
    TAMPER = "tamper"
    BACKFLOW = "backflow"
    BURST = "burst"
    LEAKAGE = "leakage"
    PIPE_EMPTY = "pipeEmpty"
    PERMANENT_ERROR = "permanentError"


def alarms_of(words: Iterable[str], status: Status | None = None) -> tuple[WaterAlarm, ...]:
    """Return the alarms that status words and the status byte of the header mean.

    >>> [alarm.value for alarm in alarms_of(["DRY", "NO_FLOW"], Status(0x04))]
    ['lowBattery', 'pipeEmpty']
    """
    by_word = _by_word()
    found = {by_word[word] for word in words if word in by_word}
    if status is not None and status.is_power_low:
        found.add(WaterAlarm.LOW_BATTERY)
    if status is not None and status.has_permanent_error:
        found.add(WaterAlarm.PERMANENT_ERROR)
    return tuple(alarm for alarm in WaterAlarm if alarm in found)


@cache
def _by_word() -> dict[str, WaterAlarm]:
    text = files("dalgu.devices.wmbus.drivers").joinpath("alarms.toml").read_text("utf-8")
    rows = msgspec.convert(read_toml(text), dict[WaterAlarm, tuple[str, ...]])
    return {word: alarm for alarm, words in rows.items() for word in words}
