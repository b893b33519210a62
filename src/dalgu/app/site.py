"""All that the one port answers: hub, device entrance, pages, health and metrics."""

from collections.abc import Callable, Iterable
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from dalgu.app import operation, tenancy
from dalgu.app.gate import Gate
from dalgu.app.guard import Identify, guarded
from dalgu.app.health import checks
from dalgu.app.logs import RequestLog
from dalgu.app.measured import measured
from dalgu.app.observing import Observed, TemplateOf, Traffic, template
from dalgu.app.platform import Platform, declared_types
from dalgu.app.registers import filing
from dalgu.app.switch import Switch
from dalgu.center import pages
from dalgu.center.context import Center, Progress, links, template_folders
from dalgu.certification.api.routes import Behind
from dalgu.certification.api.routes import routes as certification_routes
from dalgu.devices import api as devices_api
from dalgu.governance import api as registers_api
from dalgu.hub.api.app import HubApi
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.api.openapi.part import rights_key
from dalgu.web.frame import Frame
from dalgu.web.headers import SecurityHeaders
from dalgu.web.problem import handlers
from dalgu.web.static import Static


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
    traffic = Traffic()
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
        filing=filing(platform),
        rooms=platform.rooms,
        opened=tuple(platform.opened.values()),
        is_secure=platform.settings.is_secure,
        office=platform.offices.office,
        paperwork=platform.offices.paperwork,
    )
    routes += all_routes(platform, center, traffic)
    kept = guarded(routes, platform.access)
    inside = Identify(Router(kept), platform.access, is_secure=platform.settings.is_secure)
    app = Starlette(
        routes=[Mount("", app=inside)],
        middleware=[Middleware(SecurityHeaders, policy=static.policy())],
        exception_handlers=handlers(frame),
    )
    app.state.hub, app.state.clock = platform.hub, platform.clock
    log = RequestLog(platform.settings.log)
    told = Gate(Switch(app, platform.tenants))
    return Observed(told, traffic, log, TemplateOf(routes))


def all_routes(platform: Platform, center: Center, traffic: Traffic) -> list[BaseRoute]:
    """Return every route of pages and APIs; each is named after its operation."""
    measure = partial(measured, platform, traffic)
    look = checks(platform.store, platform.clock, platform.listener)
    return [
        *operation.routes(look, measure, center.described),
        *tenancy.routes(platform),
        *devices_api.routes(platform.intake, platform.registry, platform.hub),
        *registers_api.routes(center.filing),
        *certification_routes(
            Behind(platform.offices.office, platform.offices.paperwork, platform.clock)
        ),
        *(route for service in platform.services for route in service.routes),
        *(route for one in platform.opened.values() for route in one.routes(center.frame)),
        *pages.routes(center),
    ]


def described_packages(platform: Platform) -> list[str]:
    """Return the packages whose tables describe the site's interface."""
    rooms = ("hub.api", "devices", "governance", "certification", "center", "app")
    of_services = (f"services.{service.name}" for service in platform.services)
    return [f"dalgu.{room}" for room in (*rooms, *of_services)]


def rights_of(routes: Iterable[BaseRoute]) -> dict[tuple[str, str], str]:
    """Return method and path of each route, with the operation of the access policy it takes.

    Pages are one for all languages; paths that only lead to these are left out.
    """
    found: dict[tuple[str, str], str] = {}
    for route in routes:
        if not isinstance(route, Route) or route.endpoint is pages.to_language:
            continue
        for method in (route.methods or set()) - {"HEAD"}:
            found[rights_key(method, template(route.path))] = route.name
    return found


def hub_api(platform: Platform) -> HubApi:
    """Return the hub's own application, as it serves the city's own tenant."""
    return platform.tenants.default
