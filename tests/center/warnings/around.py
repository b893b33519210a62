"""A whole platform in a temporary folder, with the city's clock in the test's hand."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2

from dalgu.access.actor import Actor, Role
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.center.warnings.cap.words import Certainty, Severity, Urgency
from dalgu.center.warnings.content import Content, Shape, Where, Words
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
NIGHT = Actor("person:night", Role.OPERATOR)
CHIEF = Actor("person:chief", Role.OPERATOR)
SUSEONG = Actor("person:suseong", Role.OPERATOR, ("22060",))
SEES = Actor("person:sees", Role.VIEWER)
ADMIN = Actor("person:admin", Role.ADMINISTRATOR)
BEOMEO = "2206051"  # a dong of Suseong-gu


class Town:
    """One platform; `again` opens the same folder as a restart does."""

    def __init__(self, folder):
        self.folder = folder
        self.clock = ManualClock(NOW)
        self.runner = asyncio.Runner()
        self.open()

    def open(self):
        self.kept = Folder(self.folder)
        self.kept.__enter__()
        settings = Settings(data_dir=str(self.folder))
        self.context = opened(settings, self.kept, lambda _: self.clock)
        self.platform = self.runner.run(self.context.__aenter__())
        self.warnings = self.platform.rooms.warnings
        self.hub, self.city = self.platform.hub, self.platform.city

    def close(self):
        self.runner.run(self.context.__aexit__(None, None, None))
        self.kept.__exit__(None, None, None)

    def again(self):
        self.close()
        self.open()
        return self.warnings

    def run(self, work):
        return self.runner.run(work)

    def pass_time(self, **span):
        self.run(self.clock.advance(timedelta(**span)))

    def sent(self, content, actor=NIGHT, **more):
        drafted = self.run(self.warnings.draft(content, actor, **more))
        return self.run(self.warnings.send(drafted.number, actor))

    def hear(self, answer):
        """Let every letter and every feed be answered by a function."""
        transport = httpx2.MockTransport(answer)
        self.warnings.outgoing._transport = transport
        self.warnings.incoming._transport = transport

    def alerts(self):
        async def every():
            return [one async for one in self.hub.every("Alert")]

        return self.run(every())


def a_warning(**more):
    told = {
        "hazard": "fire",
        "where": Where(Shape.DONGS, dongs=(BEOMEO,)),
        "ko": Words(
            "범어1동 화재", "연기가 퍼지고 있습니다.", "대피하십시오.", "범어1동 화재. 대피하세요."
        ),
        "en": Words("Fire in Beomeo", "Smoke is spreading.", "Leave.", "Fire in Beomeo. Leave."),
        "severity": Severity.SEVERE,
        "urgency": Urgency.IMMEDIATE,
        "certainty": Certainty.OBSERVED,
        "hours": 3.0,
    }
    return Content(**(told | more))
