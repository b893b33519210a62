"""A ground to judge, and a small town whose meters are read by the hour."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.hours import Window
from dalgu.services.water.validation.jobs import validate
from dalgu.services.water.validation.registers import meter_reads
from dalgu.services.water.validation.rules import load_rules
from dalgu.services.water.validation.validating import (
    Ground,
    edited_mask,
    history_of,
    judge,
)

MIDNIGHT_S = datetime(2026, 3, 1, 15, tzinfo=UTC).timestamp()  # Monday, 2 March, in Seoul
DAILY_L = (2, 0, 0, 0, 0, 10, 30, 40, 20, 5, 5, 10, 15, 5, 5, 5, 10, 20, 30, 25, 15, 10, 5, 3)


@dataclass
class Bench:
    """One meter and what is planted in its reads; everything else is as it should be."""

    days: int = 2
    history: int = 28
    reads: list = field(default_factory=list)  # (hour, register in litres)
    edits: tuple = ()
    flowing: tuple = ()
    diameter: float = 15.0
    now_h: float | None = None
    rules: object = field(default_factory=load_rules)

    def ground(self, messages=None):
        hours, registers = zip(*self.reads, strict=True) if self.reads else ((), ())
        at_s = MIDNIGHT_S + 3600.0 * np.array(hours, float)
        message = np.arange(1, len(hours) + 1) if messages is None else messages
        reads = meter_reads(
            np.zeros(len(hours), np.int64), at_s, np.array(registers, float) / 1000, message
        )
        history_l = np.tile(np.array(DAILY_L, np.int32), (1, self.history))
        mask = edited_mask(1, self.days, self.edits)
        window = Window(MIDNIGHT_S, self.days, 0, history_l, mask)
        flowing = np.zeros((1, self.days), bool)
        flowing[0, list(self.flowing)] = True
        diameter = np.array([self.diameter])
        meters = (entity_id("WaterMeter", "1"),)
        return Ground(meters, diameter, reads, window, history_of(window), flowing, self.edits)

    def judge(self, **more):
        now_h = self.days * 24 + 4 if self.now_h is None else self.now_h
        return judge(self.ground(**more), MIDNIGHT_S + 3600 * now_h, self.rules)

    def has(self, check, day=0):
        return bool(self.judge().raised[0, day] & check.bit)


def steady(days=2, start_l=100_000, before_h=3, after_h=3):
    """Reads on the hour of a meter that uses every day what it always does."""
    use = np.tile(DAILY_L, days + 2)[24 - before_h : 24 + 24 * days + after_h]
    registers = start_l + np.r_[0, np.cumsum(use)]
    return list(zip(range(-before_h, 24 * days + after_h + 1), registers.tolist(), strict=True))


NOW = datetime(2026, 3, 31, 19, tzinfo=UTC)  # 04:00 on 1 April in Seoul
METERS = 3
DONG = "2771031000"


class Town:
    """A hub with three meters of one area, read by the hour from 27 February on."""

    def __init__(self, folder, runner):
        self.clock = ManualClock(NOW)
        self.hub = LocalHub.open(folder / "town.db", self.clock)
        self.runner = runner
        self.meters = [entity_id("WaterMeter", f"{n}") for n in range(METERS)]
        self.area = entity_id("DistrictMeteredArea", "west")
        self.start = datetime(2026, 2, 26, 15, tzinfo=UTC)
        hours = int((NOW - self.start) / timedelta(hours=1)) + 1
        use = np.tile(DAILY_L, hours // 24 + 1)[: hours - 1]
        self.register_l = 50_000 + np.r_[0, np.cumsum(use)]
        self.run(
            self.hub.upsert(
                WaterMeter(id=meter, dma=self.area, district=DONG, diameter=15.0, is_active=True)
                for meter in self.meters
            )
        )

    def run(self, work):
        return self.runner.run(work)

    def hour(self, day, hour):
        """Return the hours since the start of a local hour of March 2026."""
        return (day + 2) * 24 - 24 + hour + 24

    def at(self, hours):
        return self.start + timedelta(hours=hours)

    def read(self, meter, hours):
        """Store what a meter says at some hours since the start."""
        values = [
            WaterMeter(
                id=self.meters[meter],
                observed_at=self.at(int(h)),
                volume=int(self.register_l[int(h)]) / 1000,
            )
            for h in hours
        ]
        self.run(self.hub.upsert(values))

    def read_all(self, *, but=(), meters=range(METERS)):
        hours = np.setdiff1d(np.arange(len(self.register_l)), np.array(but, int))
        for meter in meters:
            self.read(meter, hours)

    def validate(self):
        self.run(validate(self.hub, self.clock))


@pytest.fixture
def town(tmp_path):
    with asyncio.Runner() as runner:
        built = Town(tmp_path, runner)
        yield built
        runner.run(built.hub.close())
