"""The pages of the center and of the citizens, one file per subject; each has a language."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dalgu.access.policy import Operation
from dalgu.center import api
from dalgu.center.alarms import api as alarms_api
from dalgu.center.cameras import api as cameras_api
from dalgu.center.context import Center
from dalgu.center.drills import api as drills_api
from dalgu.center.incidents import api as incidents_api
from dalgu.center.learning import api as learning_api
from dalgu.center.links import api as links_api
from dalgu.center.live import api as live_api
from dalgu.center.moving import api as moving_api
from dalgu.center.pages import (
    account,
    alarms,
    cameras,
    certification,
    devices,
    drills,
    front,
    incidents,
    interface,
    learning,
    links,
    models,
    operations,
    process,
    registers,
    replay,
    shifts,
    testbeds,
    things,
    walls,
    warnings,
)
from dalgu.center.replay import api as replay_api
from dalgu.center.shifts import api as shifts_api
from dalgu.center.testbeds import api as testbeds_api
from dalgu.center.walls import api as walls_api
from dalgu.center.warnings import api as warnings_api
from dalgu.kernel.text import LANGUAGES
from dalgu.web.language import preferred

PARTS = (
    front,
    operations,
    incidents,
    alarms,
    cameras,
    links,
    warnings,
    shifts,
    drills,
    learning,
    testbeds,
    walls,
    replay,
    things,
    devices,
    registers,
    models,
    process,
    certification,
    account,
    interface,
)

APIS = (
    api,
    live_api,
    incidents_api,
    alarms_api,
    cameras_api,
    links_api,
    warnings_api,
    shifts_api,
    drills_api,
    learning_api,
    testbeds_api,
    walls_api,
    moving_api,
    replay_api,
)


def routes(center: Center) -> list[BaseRoute]:
    """Return all routes of the center; each carries its operation as its name."""
    pages = [
        *(route for part in PARTS for route in part.routes(center)),
        *(route for one in center.opened for route in one.pages(center.frame)),
    ]
    in_languages = [
        Route(
            f"/{language}{route.path}",
            route.endpoint,
            methods=list(route.methods or ()),
            name=route.name,
        )
        for language in LANGUAGES
        for route in pages
    ]
    plain = [
        Route(route.path, to_language, name=Operation.PUBLIC_READ)
        for route in pages
        if "GET" in (route.methods or ())
    ]
    static = Mount("/static", center.frame.static, name=Operation.PUBLIC_READ)
    plain_apis = [route for part in APIS for route in part.routes(center)]
    return [static, *plain_apis, *in_languages, *plain]


async def to_language(request: Request) -> Response:
    """Send a reader to the page in the language that their browser prefers."""
    language = preferred(request.headers.get("accept-language", ""))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{language}{request.url.path}{query}", 307)
