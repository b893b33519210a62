"""The published test telegrams of the wmbusmeters project, read at test time only.

`generated_tests.xmq` holds telegrams, keys and expected values; `simulations/*.txt` holds more
telegrams, broken ones and such with wrong keys among them. The files are GPL-3.0-or-later and
no part of this project; they are found through DALGU_TEST_DATA.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from dalgu.devices.wmbus.compact import Formats
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.telegram import Telegram, decode
from dalgu.devices.wmbus.water import WaterReading, read_water

FOLDER = "water-wmbus"
WATER_MEDIA = ("water", "warm water", "cold water")
# Meters whose content no standard describes and whose maker publishes no layout; a telegram
# that needs a key or a full frame which the file does not hold is named beside its reason.
PROPRIETARY = {
    "apator08", "apator162", "apator172", "apatorna1", "izarv2", "mkradio3", "mkradio3a",
    "mkradio4", "rfmtx1", "zenner0b",
}  # fmt: skip
_BLOCK = re.compile(r"^test \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^    (\w+)\s*= (?:'''(.*?)'''|'(.*?)'|(\S+))\s*$", re.DOTALL | re.MULTILINE)
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


@dataclass(frozen=True)
class Example:
    """One test of the file: the telegrams, and what the last of them must say."""

    driver: str
    telegrams: tuple[bytes, ...]
    key: bytes | None
    expected: dict[str, object]

    @property
    def is_water(self) -> bool:
        return self.expected.get("media") in WATER_MEDIA

    @property
    def is_open(self) -> bool:
        return self.driver not in PROPRIETARY


@dataclass
class Result:
    """What came of one example."""

    example: Example
    telegram: Telegram | None = None
    reading: WaterReading | None = None
    refusals: list[TelegramInvalid] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        return not self.refusals

    @property
    def has_total(self) -> bool:
        expected = self.example.expected.get("total_m3")
        return self.reading is not None and self.reading.volume_m3 == expected


def examples(folder: Path) -> list[Example]:
    """Return the examples of the file with expected values."""
    text = (folder / FOLDER / "generated_tests.xmq").read_text(encoding="utf-8")
    return [_example(block) for block in _BLOCK.findall(text)]


def simulations(folder: Path) -> list[bytes]:
    """Return the telegrams of the simulations, sound and broken alike."""
    found = []
    for file in sorted((folder / FOLDER / "simulations").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("telegram=") or ";0x" in line:
                raw = line.rsplit(";0x", 1)[-1].removeprefix("telegram=").rsplit("|+", 1)[0]
                found.append(_bytes(raw))
    return found


def results(found: list[Example]) -> list[Result]:
    """Decode all examples; formats of full frames are learned first, as a receiver does."""
    formats = Formats()
    for example in found:
        _result(example, formats)
    return [_result(example, formats) for example in found]


def _result(example: Example, formats: Formats) -> Result:
    result = Result(example)
    for telegram in example.telegrams:
        try:
            result.telegram = decode(telegram, example.key, formats=formats)
        except TelegramInvalid as refusal:
            result.refusals.append(refusal)
        else:
            result.reading = read_water(result.telegram)
    return result


def _example(block: str) -> Example:
    fields = {
        name: next((text for text in texts if text), "") for name, *texts in _FIELD.findall(block)
    }
    _, driver, _, key = fields["args"].split()
    telegrams = tuple(_bytes(text) for text in fields["telegram"].split(","))
    key_bytes = None if key == "NOKEY" else bytes.fromhex(key)
    return Example(driver, telegrams, key_bytes, json.loads(fields["json"]))


def _bytes(text: str) -> bytes:
    digits = _NOT_HEX.sub("", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])  # two telegrams have half a byte more
