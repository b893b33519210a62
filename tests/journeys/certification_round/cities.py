"""Five model cities, each with a hub of its own, and the submission that it writes."""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from tests.certification.test_three_cities import FIXTURES, observations, registers

from dalgu.certification.certification import Certification
from dalgu.certification.framework.loading import load
from dalgu.certification.measuring.windows import end_of_day
from dalgu.certification.office.submission import submission_of
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.store.sqlite import Durability, Store

FRAMEWORK = load("kr-scc-2021")
QUALITATIVE = tuple(one.code for one in FRAMEWORK.indicators if one.kind == "qualitative")
COUNTED = 2021  # the year in which the registers of the fixtures were counted by hand
YEAR = re.compile(r'(?<=")20[12]\d(?=-\d\d-\d\d)|(?<="fiscalYear": )20\d\d')


@dataclass(frozen=True, slots=True)
class ModelCity:
    """A city with the registers of one counted by hand, and residents of its own number."""

    name: str
    ko: str
    code: str
    kind: str
    population: int
    registers: str  # of which fixture
    level: int  # that it gives itself in every qualitative indicator

    @property
    def government(self) -> dict[str, Any]:
        """Return it as it applies."""
        names = {"name_ko": self.ko, "name_en": self.name.title()}
        return {"code": self.code, "kind": self.kind, "population": self.population, **names}

    def submission(self, folder: Path, reference: date) -> bytes:
        """Measure its hub as of the end of a day, and return the file for the certifier."""
        return asyncio.run(self._submission(folder, reference))

    async def _submission(self, folder: Path, reference: date) -> bytes:
        told, at = self._told(reference), end_of_day(reference)
        clock = ManualClock(at)
        store = Store.open(folder / f"{self.name}-{reference}.db", durability=Durability.OFF)
        hub = LocalHub(store, clock)
        try:
            await hub.upsert(registers(told["entities"]))
            await hub.upsert(observations(told["histories"]))
            measuring = Certification(hub, clock, city_kind=self.kind)
            found = await measuring.assess(FRAMEWORK.name, reference=at, freeze=True)
            return msgspec.json.encode(submission_of(found, self.ko))
        finally:
            await hub.close()

    def _told(self, reference: date) -> Any:
        """Return the registers, as many years on as the reference is."""
        on = reference.year - COUNTED
        text = (FIXTURES / f"{self.registers}.json").read_text("utf-8")
        told = json.loads(YEAR.sub(lambda year: str(int(year[0]) + on), text))
        counted = told["city"]["population"]
        for row in told["entities"]["PopulationStatistic"]:
            for group in {"residents", "residents14plus"} & row.keys():
                row[group] = row[group] * self.population // counted
        told["entities"]["MaturitySelfAssessment"] = [
            {
                "id": code.lower(),
                "framework": FRAMEWORK.name,
                "indicator": code,
                "level": self.level,
                "evidence": "자체 평가표",
                "assessedOn": date(reference.year, 6, 15).isoformat(),
            }
            for code in QUALITATIVE
        ]
        return told


HANEUL = ModelCity("haneul", "하늘광역시", "91000", "metropolitan_city", 1_000_000, "haneul", 4)
GARAM = ModelCity("garam", "가람시", "91110", "si", 600_000, "haneul", 4)
NAMU = ModelCity("namu", "나무시", "91210", "si", 200_000, "namu", 4)
SAEM = ModelCity("saem", "샘군", "91710", "gun", 90_000, "namu", 4)
DOL = ModelCity("dol", "돌군", "91720", "gun", 10_000, "dol", 2)
CITIES = (HANEUL, GARAM, NAMU, SAEM, DOL)
