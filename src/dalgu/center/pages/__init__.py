"""The pages of the center and of the citizens, one file per subject; each has a language."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from dalgu.access.policy import Operation
from dalgu.center import api
from dalgu.center.context import Center
from dalgu.center.pages import (
    account,
    certification,
    devices,
    front,
    interface,
    models,
    operations,
    process,
    registers,
    things,
)
from dalgu.kernel.text import LANGUAGES
from dalgu.web.language import preferred

PARTS = (
    front,
    operations,
    things,
    devices,
    registers,
    models,
    process,
    certification,
    account,
    interface,
)


def routes(center: Center) -> list[BaseRoute]:
    """Return all routes of the center; each carries its operation as its name."""
    pages = [route for part in PARTS for route in part.routes(center)]
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
    return [static, *api.routes(center), *in_languages, *plain]


async def to_language(request: Request) -> Response:
    """Send a reader to the page in the language that their browser prefers."""
    language = preferred(request.headers.get("accept-language", ""))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{language}{request.url.path}{query}", 307)
