"""The device registry for people: who speaks, who is silent, what was refused, how to connect."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.documents import label_of, observed, short_id, title, value
from dalgu.center.layers import is_heard
from dalgu.hub.hub import Query
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.web.frame import actor_of, language_of

PAGE = 50
REFUSED = 20


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return [Route("/center/devices", Pages(center).devices, name=Operation.DEVICE_READ)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def devices(self, request: Request) -> Response:
        """Draw the registry by category, the refused messages and the ways in."""
        language, actor = language_of(request), actor_of(request)
        category = _plain(request.query_params.get("category", ""))
        offset = _offset(request)
        may_see = may(actor, Operation.MESSAGE_READ)
        refused = await self.center.hub.messages(refused=True, limit=REFUSED) if may_see else []
        categories = await self._categories()
        return self.center.frame.render(
            request,
            "center/devices.html",
            devices=await self._page(request, category, offset),
            categories=[(name, label_of(name, language), *found) for name, found in categories],
            category=category,
            offset=offset,
            page_size=PAGE,
            total=sum(count for name, (count, _) in categories if category in ("", name)),
            heard=sum(heard for _, (_, heard) in categories),
            all_count=sum(count for _, (count, _) in categories),
            refused=refused,
            may_see_messages=may_see,
            address=str(request.base_url).rstrip("/"),
        )

    async def _page(self, request: Request, category: str, offset: int) -> list[Document]:
        q = f'category=="{category}"' if category else None
        query = Query(types=("Device",), q=q, limit=PAGE, offset=offset)
        found = (await self.center.hub.query(query)).entities
        language, now = language_of(request), self.center.clock.now()
        return [
            {
                "id": device["id"],
                "device": short_id(device["id"]),
                "name": title(device, language),
                "category": label_of(value(device, "category") or "other", language),
                "profile": value(device, "profile") or "–",
                "at": None if (at := observed(device, "deviceState")) is None else iso(at),
                "is_heard": is_heard(device, now),
                "origin": value(device, "origin"),
                "asset": value(device, "controlledAsset"),
            }
            for device in found
        ]

    async def _categories(self) -> list[tuple[str, tuple[int, int]]]:
        now = self.center.clock.now()
        found: dict[str, tuple[int, int]] = {}
        async for device in self.center.hub.every("Device"):
            name = value(device, "category") or "other"
            count, heard = found.get(name, (0, 0))
            found[name] = (count + 1, heard + is_heard(device, now))
        return sorted(found.items(), key=lambda one: -one[1][0])


def _plain(text: str) -> str:
    """Return a category's name; anything that is none would end the query's string."""
    return text if text.isalnum() else ""


def _offset(request: Request) -> int:
    asked = request.query_params.get("offset", "0")
    return int(asked) if asked.isdigit() and len(asked) < 8 else 0
