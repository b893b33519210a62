"""All that the one port answers: hub, device entrance, pages, health and metrics."""

from collections.abc import Callable, Iterable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from dalgu import __version__
from dalgu.access.policy import Operation
from dalgu.app import tenancy
from dalgu.app.gate import Gate
from dalgu.app.guard import Identify, guarded
from dalgu.app.metrics import exposition
from dalgu.app.platform import Platform, declared_types
from dalgu.center import pages
from dalgu.center.context import Center, Progress, links, template_folders
from dalgu.devices import api as devices_api
from dalgu.hub.api.app import HubApi
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.api.openapi.part import rights_key
from dalgu.kernel.text import LANGUAGES
from dalgu.web.frame import Frame
from dalgu.web.headers import SecurityHeaders
from dalgu.web.problem import handlers
from dalgu.web.static import Static

HUB_PREFIXES = ("/ngsi-ld/", "/hub/v1/")


def site(
    platform: Platform,
    *,
    speed: float = 1.0,
    progress: Callable[[], Progress | None],
    is_simulated: bool = False,
) -> ASGIApp:
    """Return the ASGI application of a platform; a simulated one says so on every page."""
    city, hub = platform.city, hub_api(platform)
    routes: list[BaseRoute] = []
    described = Described(described_packages(platform), lambda: hub.rights | rights_of(routes))
    static = Static({f"cities/{city.id}.pmtiles": city.basemap})
    frame = Frame(
        city,
        platform.clock,
        static,
        folders=template_folders(platform.services),
        links=links(platform.services),
        speed=speed,
        is_simulated=is_simulated,
    )
    center = Center(
        hub=platform.hub,
        access=platform.access,
        services=platform.services,
        city=city,
        clock=platform.clock,
        frame=frame,
        certification=platform.certification,
        types=declared_types(platform.services),
        progress=progress,
        described=described,
        is_secure=platform.settings.is_secure,
    )
    routes += all_routes(platform, center)
    kept = guarded(routes, platform.access)
    inside = Identify(Router(kept), platform.access, is_secure=platform.settings.is_secure)
    app = Starlette(
        routes=[Mount("", app=inside)],
        middleware=[Middleware(SecurityHeaders, policy=static.policy())],
        exception_handlers=handlers(frame),
    )
    app.state.hub, app.state.clock = platform.hub, platform.clock
    return Gate(Switch(app, platform.tenants))


def all_routes(platform: Platform, center: Center) -> list[BaseRoute]:
    """Return every route of pages and APIs; each is named after its operation."""
    return [
        *operation_routes(platform, center.described),
        *tenancy.routes(platform),
        *devices_api.routes(platform.intake, platform.registry, platform.hub),
        *(route for service in platform.services for route in service.routes),
        *pages.routes(center),
    ]


def described_packages(platform: Platform) -> list[str]:
    """Return the packages whose tables describe the site's interface."""
    rooms = ("dalgu.hub.api", "dalgu.devices", "dalgu.center", "dalgu.app")
    return [*rooms, *(f"dalgu.services.{service.name}" for service in platform.services)]


def rights_of(routes: Iterable[BaseRoute]) -> dict[tuple[str, str], str]:
    """Return method and path of each route, with the operation of the access policy it takes.

    Pages are one for all languages; paths that only lead to these are left out.
    """
    found: dict[tuple[str, str], str] = {}
    for route in routes:
        if not isinstance(route, Route) or route.endpoint is pages.to_language:
            continue
        path = route.path
        if path[1:3] in LANGUAGES and path[3:4] == "/":
            path = f"/{{language}}{path[3:]}"
        for method in (route.methods or set()) - {"HEAD"}:
            found[rights_key(method, path)] = route.name
    return found


class Switch:
    """Sends NGSI-LD requests straight to the hub, all others to the pages."""

    def __init__(self, pages_app: ASGIApp, hub_app: ASGIApp) -> None:
        self._pages = pages_app
        self._hub = hub_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        to_hub = scope["type"] == "http" and scope["path"].startswith(HUB_PREFIXES)
        await (self._hub if to_hub else self._pages)(scope, receive, send)


def hub_api(platform: Platform) -> HubApi:
    """Return the hub's own application, as it serves the city's own tenant."""
    return platform.tenants.default


def operation_routes(platform: Platform, described: Described) -> list[BaseRoute]:
    """Return what those who run the platform ask: alive, ready, how busy."""

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "alive", "version": __version__})

    async def ready(request: Request) -> Response:
        head = await platform.hub.head()
        return JSONResponse({"status": "ready", "events": head})

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(await exposition(platform), media_type="text/plain; version=0.0.4")

    async def openapi(request: Request) -> Response:
        headers = {"etag": described.tag, "vary": "Accept-Encoding", "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == described.tag:
            return Response(status_code=304, headers=headers)
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        if is_packed:
            headers["content-encoding"] = "gzip"
        body = described.packed if is_packed else described.body
        return Response(body, headers=headers, media_type="application/json")

    return [
        Route("/health", health, name=Operation.PUBLIC_READ),
        Route("/ready", ready, name=Operation.PUBLIC_READ),
        Route("/metrics", metrics, name=Operation.ENTITY_READ),
        Route("/openapi.json", openapi, name=Operation.PUBLIC_READ),
    ]
