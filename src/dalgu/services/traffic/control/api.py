"""What programs ask of the running of signals: how they stand, and what was decided why."""

from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.services.traffic.control import seeking, views
from dalgu.services.traffic.control.decision_log import Record
from dalgu.services.traffic.control.refusals import MomentUnreadable
from dalgu.services.traffic.control.replaying import replay
from dalgu.services.traffic.desk import Desk
from dalgu.services.traffic.signals.explain import reasons
from dalgu.web.answer import json_answer

MOST_DECISIONS: Final = 60
LOOK_BACK: Final = timedelta(minutes=15)


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors, read = Doors(desk), Operation.PAGE_READ
    return [
        Route("/traffic/signals.json", doors.signals, name=read),
        Route("/traffic/signals/{signal}/decisions.json", doors.decisions, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.control = desk.rooms.control

    async def signals(self, request: Request) -> Response:
        """Answer how every signal stands."""
        listed = views.rows(self.control)
        heard = views.sums(self.control, listed).heard_at
        return json_answer(
            {
                "heard_at": None if heard is None else iso(heard),
                "signals": [
                    {
                        "signal": one.signal,
                        "name": {"ko": one.name.ko, "en": one.name.en},
                        "chosen": one.running.value,
                        "controller": one.controller or None,
                        "mode": one.mode or None,
                        "cause": one.cause,
                        "stage": one.stage or None,
                        "queue_veh": round(one.queue_veh, 1),
                        "longest_wait_s": round(one.waiting_s, 1),
                    }
                    for one in listed
                ],
            }
        )

    async def decisions(self, request: Request) -> Response:
        """Answer the decisions at a signal, each replayed, the newest first."""
        signal = request.path_params["signal"]
        until = instant(request.query_params.get("until")) or self.desk.ground.clock.now()
        position = self.control.position(signal)
        told: list[JSON] = []
        for record in seeking.kept(self.control, signal, until - LOOK_BACK, until):
            told.append(self._told(record, position))
            if len(told) >= MOST_DECISIONS:
                break
        return json_answer({"signal": signal, "decisions": told})

    def _told(self, record: Record, position: int) -> JSON:
        compiled = self.control.require()
        layout, network = compiled.layout, compiled.network
        line = views.decision_line(self.control, record, position)
        again = replay(record, layout)
        return {
            "at": iso(line.at),
            "controller": line.controller,
            "is_live": line.is_live,
            "wanted": line.wanted,
            "ran": line.ran,
            "is_identical": again.is_identical,
            "because": [
                {"ko": one.ko, "en": one.en}
                for one in reasons(layout, again.seen, again.decision, position)
            ],
            "stages": [
                {"stage": one.name, "score": one.score, "terms": dict(one.terms)}
                for one in views.stage_lines(again, layout, network, position)
            ],
        }


def instant(text: str | None) -> datetime | None:
    """Return the instant that a text names, `None` for an empty one.

    Raises
    ------
    MomentUnreadable
        When it is none, or has no zone.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MomentUnreadable(text) from None
    if at.tzinfo is None:
        raise MomentUnreadable(text)
    return at
