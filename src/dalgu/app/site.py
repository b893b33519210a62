"""All that the one port answers: hub, device entrance, pages, health and metrics."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from dalgu import __version__
from dalgu.access.policy import Operation
from dalgu.app.guard import Identify, guarded, identified
from dalgu.app.metrics import exposition
from dalgu.app.platform import Platform
from dalgu.center import pages
from dalgu.center.context import Center, Progress, links, template_folders
from dalgu.devices import api as devices_api
from dalgu.hub.api.app import HubApi
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
    city = platform.city
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
        progress=progress,
        is_secure=platform.settings.is_secure,
    )
    routes = guarded(all_routes(platform, center), platform.access)
    inside = Identify(Router(routes), platform.access, is_secure=platform.settings.is_secure)
    app = Starlette(
        routes=[Mount("", app=inside)],
        middleware=[Middleware(SecurityHeaders, policy=static.policy())],
        exception_handlers=handlers(frame),
    )
    app.state.hub, app.state.clock = platform.hub, platform.clock
    return Switch(app, hub_api(platform))


def all_routes(platform: Platform, center: Center) -> list[BaseRoute]:
    """Return every route of pages and APIs; each is named after its operation."""
    return [
        *operation_routes(platform),
        *devices_api.routes(platform.intake, platform.registry, platform.hub),
        *(route for service in platform.services for route in service.routes),
        *pages.routes(center),
    ]


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
    """Return the hub's own application behind the same guard as every page."""
    access, is_secure = platform.access, platform.settings.is_secure

    async def authorize(scope: Scope, operation: str) -> None:
        actor = await identified(scope, access, is_secure=is_secure)
        await access.require(actor, operation, scope["path"])

    return HubApi(
        platform.hub,
        platform.subscriptions,
        platform.contexts,
        authorize=authorize,
        clock=platform.clock,
        federation=platform.federation,
        max_body_bytes=platform.settings.hub.max_body_bytes,
    )


def operation_routes(platform: Platform) -> list[BaseRoute]:
    """Return what those who run the platform ask: alive, ready, how busy."""

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "alive", "version": __version__})

    async def ready(request: Request) -> Response:
        head = await platform.hub.head()
        return JSONResponse({"status": "ready", "events": head})

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(await exposition(platform), media_type="text/plain; version=0.0.4")

    return [
        Route("/health", health, name=Operation.PUBLIC_READ),
        Route("/ready", ready, name=Operation.PUBLIC_READ),
        Route("/metrics", metrics, name=Operation.ENTITY_READ),
    ]
