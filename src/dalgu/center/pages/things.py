"""A page for each thing: now, history, and where each value came from, down to the message."""

from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center import layers
from dalgu.center.context import Center
from dalgu.center.documents import attributes, label_of, observed, sheet, shown, title, value
from dalgu.center.history import chart_line
from dalgu.center.live import wall
from dalgu.center.picture import picture
from dalgu.hub.hub import Message, Query
from dalgu.hub.model import Document
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language
from dalgu.kernel.units import UNITS
from dalgu.web.frame import actor_of, language_of

HISTORY_DAYS = (1, 7, 30)
HISTORY_ROWS = 100
HEX_BYTES = 4096
HEX_LINE = 16
SMALL_DEG = 0.012  # about a kilometre around a point


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    return [
        Route("/center/entities/{entity:path}", pages.entity, name=Operation.ENTITY_READ),
        Route("/center/messages/{message:int}", pages.message, name=Operation.MESSAGE_READ),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def entity(self, request: Request) -> Response:
        """Draw one entity: what holds now, its history, its sources."""
        hub, language = self.center.hub, language_of(request)
        document = await hub.retrieve(EntityId(request.path_params["entity"]))
        known = attributes(document)
        actor, incidents = actor_of(request), self.center.rooms.incidents
        chosen = chosen_attribute(request.query_params.get("attribute", ""), known)
        days = asked_days(request)
        layer = layers.layer_of(document)
        return self.center.frame.render(
            request,
            "center/entity.html",
            document=document,
            title=title(document, language),
            kind=label_of(document["type"], language),
            origin=value(document, "origin"),
            rows=await self._rows(document, known, language),
            chosen=chosen,
            chosen_name=None if chosen is None else label_of(chosen, language),
            choices=[(name, label_of(name, language)) for name in known if is_numeric(known[name])],
            days=days,
            all_days=HISTORY_DAYS,
            line=await self._line(document, chosen, days, language),
            history=await self._history(document, chosen, language),
            device=await self._device_of(document),
            its=wall.about(incidents, actor, document["id"], language),
            layer=layer,
            focus=_around(value(document, "location")),
            picture=self._picture(document, layer, language),
            may_see_messages=may(actor, Operation.MESSAGE_READ),
        )

    async def _rows(
        self, document: Document, known: dict[str, Document], language: Language
    ) -> list[Document]:
        rows = []
        by_newest = sorted(known.items(), key=lambda pair: pair[1].get("observedAt", ""))
        for name, one in reversed(by_newest):
            newest = await self.center.hub.history(document["id"], name, last=1)
            rows.append(
                {
                    "name": label_of(name, language),
                    "attribute": name,
                    "text": shown(one, language),
                    "sheet": sheet(one, language),
                    "link": one.get("object"),
                    "at": one.get("observedAt"),
                    "message": newest[0][1] if newest else 0,
                    "numeric": is_numeric(one),
                }
            )
        return rows

    async def _line(
        self, document: Document, chosen: str | None, days: int, language: Language
    ) -> Document | None:
        if chosen is None:
            return None
        until = self.center.clock.now() + timedelta(seconds=1)
        since = until - timedelta(days=days)
        series = await self.center.hub.series(document["id"], chosen, since, until)
        code = attributes(document)[chosen].get("unitCode")
        symbol = UNITS[code].symbol if code in UNITS else ""
        return chart_line(label_of(chosen, language), symbol, series)

    async def _history(
        self, document: Document, chosen: str | None, language: Language
    ) -> list[Document]:
        if chosen is None:
            return []
        newest = await self.center.hub.history(document["id"], chosen, last=HISTORY_ROWS)
        return [
            {"at": one.get("observedAt"), "text": shown(one, language), "message": message}
            for one, message in newest
        ]

    async def _device_of(self, document: Document) -> Document | None:
        q = f'controlledAsset=="{document["id"]}"'
        page = await self.center.hub.query(Query(types=("Device",), q=q, limit=1))
        return page.entities[0] if page.entities else None

    def _picture(
        self, document: Document, layer: layers.Layer | None, language: Language
    ) -> str | None:
        if layer is None:
            return None
        one = layers.feature(layer, document, language, self.center.clock.now())
        features = [] if one is None else [one]
        return picture(
            self.center.city, language, label=title(document, language), features=features
        )

    async def message(self, request: Request) -> Response:
        """Draw a device message as it came: pretty where it is JSON, and byte by byte."""
        number = request.path_params["message"]
        message = await self.center.hub.message(number)
        return self.center.frame.render(
            request,
            "center/message.html",
            number=number,
            message=message,
            pretty=pretty(message),
            hexdump=hexdump(message.body),
            cut=len(message.body) > HEX_BYTES,
            device=f"urn:ngsi-ld:Device:{message.device}",
        )


def is_numeric(attribute: Document) -> bool:
    """Tell whether a chart can show the attribute."""
    found = attribute.get("value")
    return isinstance(found, int | float) and not isinstance(found, bool)


def chosen_attribute(asked: str, known: dict[str, Document]) -> str | None:
    """Return the attribute whose history the page opens with: the asked, or the newest observed."""
    if asked in known:
        return asked
    seen = [name for name in known if observed(known, name) is not None]
    numeric = [name for name in seen if is_numeric(known[name])]
    return max(numeric or seen, key=lambda name: known[name]["observedAt"], default=None)


def asked_days(request: Request) -> int:
    """Return how many days of history the page shows."""
    asked = request.query_params.get("days", "")
    return int(asked) if asked in {str(days) for days in HISTORY_DAYS} else HISTORY_DAYS[1]


def pretty(message: Message) -> str:
    """Return the body indented where it is JSON, as text where it is text, else nothing."""
    try:
        return msgspec.json.format(message.body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return message.body.decode()
    except UnicodeDecodeError:
        return ""


def hexdump(body: bytes) -> str:
    """Return the first bytes as offset, hexadecimal and signs.

    >>> print(hexdump(b"Dalgu"))
    0000  44 61 6c 67 75                                   Dalgu
    """
    lines = []
    for start in range(0, min(len(body), HEX_BYTES), HEX_LINE):
        part = body[start : start + HEX_LINE]
        signs = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{start:04x}  {part.hex(' '):<47}  {signs}")
    return "\n".join(lines)


def _around(geometry: Document | None) -> tuple[float, ...] | None:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return (lon - SMALL_DEG, lat - SMALL_DEG, lon + SMALL_DEG, lat + SMALL_DEG)
