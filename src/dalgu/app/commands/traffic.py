"""The work behind `dalgu traffic`: networks read, checked, written, generated and taken."""

from pathlib import Path

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city
from dalgu.cities import load
from dalgu.kernel.settings import Settings
from dalgu.services.traffic.network.checking import require_sound
from dalgu.services.traffic.network.finding import Finding
from dalgu.services.traffic.network.imported import Imported
from dalgu.services.traffic.network.importing import Format, read_folder, read_network
from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.network.table_writing import tables_of, zipped
from dalgu.simulation.city import plan_city
from dalgu.simulation.street_network import street_network

BOOK = "traffic"


def read(path: Path, format_: Format | None, additional: list[Path]) -> Imported:
    """Read a network from a file or a folder of tables; raise what is wrong with it."""
    if path.is_dir():
        return read_folder(path)
    return read_network(
        path.name, path.read_bytes(), format_, [one.read_bytes() for one in additional]
    )


def write(network: Network, path: Path) -> int:
    """Write a network as tables: into a zip, or a folder where the name ends otherwise."""
    files = tables_of(network)
    if path.suffix == ".zip":
        path.write_bytes(zipped(files))
    else:
        path.mkdir(parents=True, exist_ok=True)
        for name, body in files.items():
            (path / name).write_bytes(body)
    return len(files)


def generated(city_name: str, seed: int) -> Network:
    """Return the streets of a model city."""
    return street_network(plan_city(load(city_name), seed))


async def taken(settings: Settings, imported: Imported) -> list[Finding]:
    """Put a network in force in the city of a folder; raise `NetworkUnsound`."""
    found = require_sound(imported.network)
    async with city(settings) as platform:
        target = f"traffic:network/{imported.network.name}"
        await platform.access.audit(CONSOLE, Operation.SIGNAL_EDIT, target)
        await platform.opened[BOOK].rooms.control.take_network(imported.network, CONSOLE)
    return [*found, *imported.notes]


async def in_force(settings: Settings) -> Network | None:
    """Return the network that is in force in the city of a folder."""
    async with city(settings) as platform:
        network: Network | None = platform.opened[BOOK].rooms.control.network()
        return network
