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
from dalgu.devices.wmbus.drivers.reading import choose, describe
from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.devices.wmbus.telegram import Telegram, decode
from dalgu.devices.wmbus.water import WaterReading, read_water
from dalgu.kernel.errors import DalguError

FOLDER = "water-wmbus"
WATER_MEDIA = ("water", "warm water", "cold water")
OF_THE_METER = ("media", "meter", "name", "id")  # what every test has; not counted as values
_NOT_OURS = ("_", "timestamp")
_BLOCK = re.compile(r"^test \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^    (\w+)\s*= (?:'''(.*?)'''|'(.*?)'|(\S+))\s*$", re.DOTALL | re.MULTILINE)
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


@dataclass(frozen=True)
class Example:
    """One test of the file: the telegrams, and what they must say together."""

    name: str
    driver: str
    telegrams: tuple[bytes, ...]
    key: bytes | None
    expected: dict[str, object]

    @property
    def is_water(self) -> bool:
        return self.expected.get("media") in WATER_MEDIA

    @property
    def fields(self) -> dict[str, object]:
        return {name: value for name, value in self.expected.items() if name not in _NOT_OURS}


@dataclass
class Result:
    """What came of one example; `detected` is the driver found without its name."""

    example: Example
    telegram: Telegram | None = None
    reading: WaterReading | None = None
    said: dict[str, object] = field(default_factory=dict)
    detected: str | None = None
    refusals: list[DalguError] = field(default_factory=list)

    @property
    def is_read(self) -> bool:
        return not self.refusals

    @property
    def has_total(self) -> bool:
        expected = self.example.expected.get("total_m3")
        return self.reading is not None and self.reading.volume_m3 == expected

    @property
    def equal(self) -> int:
        """How many of the expected values are said, those of the meter itself not counted."""
        return len(self.values) - sum(name not in OF_THE_METER for name in self.missing)

    @property
    def values(self) -> list[str]:
        return [name for name in self.example.fields if name not in OF_THE_METER]

    @property
    def missing(self) -> list[str]:
        said = self.said
        return [
            name
            for name, value in self.example.fields.items()
            if name not in said or said[name] != value
        ]

    @property
    def is_whole(self) -> bool:
        """Whether the JSON is the expected one, with nothing more and nothing less."""
        return self.said == self.example.fields


def examples(folder: Path) -> list[Example]:
    """Return the examples of the file with expected values."""
    text = (folder / FOLDER / "generated_tests.xmq").read_text(encoding="utf-8")
    return [_example(block) for block in _BLOCK.findall(text)]


def simulations(folder: Path) -> list[tuple[str, bytes]]:
    """Return the telegrams of the simulations with their file's name, sound and broken alike."""
    found = []
    for file in sorted((folder / FOLDER / "simulations").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("telegram=") or ";0x" in line:
                raw = line.rsplit(";0x", 1)[-1].removeprefix("telegram=").rsplit("|+", 1)[0]
                found.append((file.stem.removeprefix("simulation_"), _bytes(raw)))
    return found


def results(found: list[Example]) -> list[Result]:
    """Read all examples; formats of full frames are learned first, as a receiver does."""
    formats = Formats()
    for example in found:
        _result(example, formats)
    return [_result(example, formats) for example in found]


def _result(example: Example, formats: Formats) -> Result:
    """A meter that sends its values in several telegrams says them together."""
    result = Result(example)
    for sent in example.telegrams:
        try:
            telegram = decode(sent, example.key, formats=formats)
            result.telegram = telegram
            driver = choose(telegram, example.driver)
            said = describe(telegram, driver, name=example.name, key=example.key)
            result.said.update(said)
            result.reading = read_water(telegram, key=example.key)
            result.detected = choose(telegram).name
        except (TelegramInvalid, DalguError) as refusal:
            result.refusals.append(refusal)
    return result


def _example(block: str) -> Example:
    fields = {
        name: next((text for text in texts if text), "") for name, *texts in _FIELD.findall(block)
    }
    name, driver, _, key = fields["args"].split()
    telegrams = tuple(_bytes(text) for text in fields["telegram"].split(","))
    key_bytes = None if key == "NOKEY" else bytes.fromhex(key)
    return Example(name, driver, telegrams, key_bytes, json.loads(fields["json"]))


def _bytes(text: str) -> bytes:
    digits = _NOT_HEX.sub("", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])  # two telegrams have half a byte more
