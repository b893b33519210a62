"""The hub alone: an NGSI-LD broker in one process on one file, without services and pages.

It keeps the same file as a city, with the same accounts and tokens: `dalgu serve` on the same
folder makes a city of it, and back.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import typer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from dalgu.app import operation
from dalgu.app.endurance import enduring
from dalgu.app.folder import Folder
from dalgu.app.gate import Gate
from dalgu.app.guard import Identify, guarded
from dalgu.app.health import checks
from dalgu.app.hub_parts import HubParts, hub_parts
from dalgu.app.logs import RequestLog
from dalgu.app.measured import of_hub, of_jobs, of_process, of_requests, of_store, of_tenants
from dalgu.app.metrics import Sample
from dalgu.app.observing import Observed, TemplateOf, Traffic
from dalgu.app.process import answer, run_until_stopped
from dalgu.app.runner import JobRunner
from dalgu.app.sealing_job import sealing_job
from dalgu.app.serving import address
from dalgu.app.switch import Switch
from dalgu.hub.api.openapi.described import Described
from dalgu.hub.api.openapi.part import rights_key
from dalgu.kernel.clock import Clock, SystemClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store
from dalgu.web.problem_details import problem_response

PACKAGES = ("dalgu.hub.api", "dalgu.app")  # whose tables describe it


@dataclass(frozen=True, slots=True)
class HubAlone:
    """All parts of a hub that stands alone."""

    settings: Settings
    clock: Clock
    store: Store
    parts: HubParts
    runner: JobRunner

    async def run(self) -> None:
        """Send notifications, follow sources and tenants, seal old days, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, part in (
                ("notifications", self.parts.notifier.run),
                ("context sources", self.parts.federation.run),
                ("tenants", self.parts.tenants.run),
                ("jobs", self.runner.run),
            ):
                group.create_task(enduring(name, part))


@asynccontextmanager
async def opened(settings: Settings, folder: Folder) -> AsyncIterator[HubAlone]:
    """Open a hub on its folder; what it accepted is on disk when this ends."""
    store = Store.open(folder.database, waiting_limit=settings.hub.queue_limit)
    try:
        yield assemble(settings, folder, store)
    finally:
        await store.close()


def assemble(settings: Settings, folder: Folder, store: Store) -> HubAlone:
    """Return the parts over an open store; nothing runs yet."""
    clock = SystemClock()
    parts = hub_parts(settings, folder, clock, store)
    runner = JobRunner(store, parts.hub, clock, [sealing_job(store, settings)])
    return HubAlone(settings, clock, store, parts, runner)


def site(alone: HubAlone) -> ASGIApp:
    """Return what the port answers: the hub, and what its operator asks."""
    traffic = Traffic()
    routes: list[BaseRoute] = []
    described = Described(PACKAGES, lambda: alone.parts.api.rights | _rights(routes))

    async def measure() -> list[Sample]:
        held = alone.parts.subscriptions, alone.parts.federation, alone.parts.contexts, alone.clock
        return [
            *of_process(),
            *of_requests(traffic),
            *await of_store(alone.store),
            *of_hub(*held),
            *of_tenants(await alone.parts.tenants.figures()),
            *of_jobs(alone.runner),
        ]

    routes += operation.routes(checks(alone.store, alone.clock, None), measure, described)
    access = alone.parts.access
    inside = Identify(Router(guarded(routes, access)), access, is_secure=alone.settings.is_secure)
    app = Starlette(
        routes=[Mount("", app=inside)],
        exception_handlers={DalguError: refused, HTTPException: refused, Exception: refused},
    )
    log = RequestLog(alone.settings.log)
    return Observed(Gate(Switch(app, alone.parts.tenants)), traffic, log, TemplateOf(routes))


def _rights(routes: Iterable[BaseRoute]) -> dict[tuple[str, str], str]:
    return {
        rights_key(method, one.path): one.name
        for one in routes
        if isinstance(one, Route)
        for method in (one.methods or set()) - {"HEAD"}
    }


async def refused(request: Request, error: Exception) -> Response:
    """Answer a failed request as RFC 9457 has it: nobody but programs asks a hub alone."""
    return problem_response(error)


def run(settings: Settings) -> None:
    """Run a hub alone until it is interrupted."""
    run_until_stopped(settings, partial(serve, settings))


async def serve(settings: Settings, folder: Folder, listener: socket.socket) -> None:
    """Open the hub and answer on the socket."""
    url = address(settings, listener)
    async with opened(settings, folder) as alone:
        await answer(
            site(alone),
            listener,
            greet=partial(greet, folder, url),
            works=lambda: [alone.run()],
        )


async def greet(folder: Folder, url: str) -> None:
    """Tell where the hub answers, and how programs come in."""
    folder.announce(url)
    typer.echo(f"The hub is up: {url}/ngsi-ld/v1")
    typer.echo(f"  interface  {url}/openapi.json      health  {url}/health/ready")
    typer.echo(f"  data       {folder.path.resolve()}")
    typer.echo("  a token    dalgu tokens create NAME --role service")
    typer.echo("Stop with Ctrl+C; nothing accepted is lost.")
