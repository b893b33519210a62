"""`dalgu up`: one process, one port, a city that is alive."""

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import partial

import typer

from dalgu.app.endurance import enduring
from dalgu.app.folder import Folder
from dalgu.app.model_city import ModelCity, agreed, held
from dalgu.app.platform import Platform, opened
from dalgu.app.process import answer, run_until_stopped
from dalgu.app.serving import address
from dalgu.app.site import site
from dalgu.center.context import Progress
from dalgu.kernel.clock import Clock, SimulatedClock, SystemClock
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says beside the settings."""

    speed: float = 1.0
    seed: int = 1
    history_days: int = 30
    simulation: bool = True


def run(settings: Settings, options: Options) -> None:
    """Run a city until it is interrupted."""
    run_until_stopped(settings, partial(serve, settings, options))


async def serve(
    settings: Settings, options: Options, folder: Folder, listener: socket.socket
) -> None:
    """Open the platform, answer on the socket, and run everything behind the pages."""
    url = address(settings, listener)
    async with opened(settings, folder, partial(city_clock, options=options)) as platform:
        # Before the first request: a device that the registry does not hold yet is refused.
        await platform.keys.load()
        await platform.registry.load()
        model = model_city(platform, options)
        app = site(
            platform,
            speed=options.speed,
            progress=partial(_progress, model),
            is_simulated=options.simulation,
        )
        await answer(
            app,
            listener,
            greet=partial(greet, platform, options, folder, url),
            works=partial(works, platform, options, model),
        )


def city_clock(store: Store, *, options: Options) -> Clock:
    """Return the city's clock: the wall's, or one that goes on from where the city was."""
    if not options.simulation:
        return SystemClock()
    state, now = held(store), SystemClock().now()
    if state is not None and state.heard_until is not None:
        now = max(now, state.heard_until)
    return SimulatedClock(now, speed=options.speed)


def model_city(platform: Platform, options: Options) -> ModelCity | None:
    """Return the simulated side of the city, `None` where only real devices speak."""
    if not options.simulation:
        return None
    from dalgu.simulation.simulation import Simulation

    state = agreed(platform.store, platform.city.id, options.seed)
    simulation = Simulation(platform.city, platform.clock, options.seed)
    return ModelCity(platform, simulation, platform.clock, state, say)


def _progress(model: ModelCity | None) -> Progress | None:
    return None if model is None else model.progress


def works(
    platform: Platform, options: Options, model: ModelCity | None
) -> Iterator[Coroutine[None, None, None]]:
    """Yield everything that runs behind the pages until the platform ends."""
    yield city_life(platform, options, model)
    yield enduring("notifications", platform.notifier.run)
    yield enduring("context sources", platform.federation.run)
    yield enduring("tenants", platform.tenants.run)
    for name, run in platform.rooms.works():
        yield enduring(name, run)
    for one in platform.opened.values():
        for name, run in one.works.items():
            yield enduring(name, run)
    if platform.listener is not None:
        yield platform.listener.run()
    if platform.lwm2m is not None:
        yield platform.lwm2m.run()


async def city_life(platform: Platform, options: Options, model: ModelCity | None) -> None:
    """Bring the registers up, then let devices, history and jobs run side by side."""

    async def caught_up() -> None:
        """Make the certificates that a power cut left undone."""
        await platform.runner.run_once(platform.offices.job)

    if model is not None:
        await enduring("registers", model.stand)
    async with asyncio.TaskGroup() as group:
        group.create_task(enduring("device registry", platform.registry.follow))
        group.create_task(enduring("jobs", platform.runner.run))
        group.create_task(enduring("certificates", caught_up))
        if model is not None:
            build = partial(model.remember_history, options.history_days)
            group.create_task(enduring("devices", model.live))
            group.create_task(enduring("history", build))


async def greet(platform: Platform, options: Options, folder: Folder, url: str) -> None:
    """Tell where to look, let commands of this machine in, and offer the first account."""
    folder.announce(url)
    language = platform.settings.language
    say(f"{platform.city.name.say('en')} is up: {url}/{language}/")
    say(f"  operators' map     {url}/{language}/center")
    say(f"  certification      {url}/{language}/certification")
    say(f"  device entrance    {url}/devices/<format>      NGSI-LD  {url}/ngsi-ld/v1")
    say(f"  data               {folder.path.resolve()}")
    if options.simulation:
        say(f"  devices are simulated (seed {options.seed}, {options.speed:g} x real time)")
    else:
        say("  waiting for real devices; register them with: dalgu devices add")
    if platform.access.needs_administrator():
        secret = await platform.access.create_administrator_link()
        say("Make yourself administrator with this one-time link:")
        say(f"  {url}/{language}/welcome/{secret}")
    say("Stop with Ctrl+C; nothing accepted is lost.")


def say(text: str) -> None:
    """Print one line for whoever started the city."""
    typer.echo(text)
