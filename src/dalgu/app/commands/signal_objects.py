"""The work behind `dalgu traffic objects`: a look into controllers, beside who leads them."""

import msgspec

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.folder import Folder
from dalgu.devices.signals.driver import FieldAddress, connect
from dalgu.devices.signals.errors import FieldUnreachable
from dalgu.kernel.settings import Settings
from dalgu.services.traffic.control.refusals import SignalNotExisting


async def asked(
    settings: Settings, signal: str, name: str = "", value: int | None = None
) -> dict[str, int]:
    """Return objects of a signal's controller, as `FieldClient.ask` does.

    Raises
    ------
    SignalNotExisting
        The field has no such signal.
    RefusedByField
        There is no such object, or it cannot be set to that.
    FieldSecretInvalid, FieldSecretMissing, FieldUnreachable
        The field is not reached.

    """
    async with connect(_address(settings), leads=False) as field:
        signals = [timing.id for timing in field.timings]
        if signal not in signals:
            raise SignalNotExisting(signal)
        return await field.ask(signals.index(signal), name, value)


async def put(settings: Settings, signal: str, name: str, value: int) -> dict[str, int]:
    """Set an object and return it; where the folder holds a city, its audit chain tells so."""
    from dalgu.app.commands.opening import city  # seconds, which a look need not wait

    if not Folder(settings.data_path).database.exists():
        return await asked(settings, signal, name, value)
    async with city(settings) as platform:  # before: what cannot be written down is not done
        found = await asked(settings, signal, name, value)
        target = f"traffic:signal/{signal}"
        await platform.access.audit(
            CONSOLE, Operation.SIGNAL_CONTROL, target, object=name, value=value
        )
    return found


def _address(settings: Settings) -> FieldAddress:
    """Return where the field listens that the settings name, else the one beside the city."""
    traffic = settings.traffic
    if traffic.field_url is not None:
        if traffic.field_secret is None:
            from dalgu.app.commands.signal_field import FieldSecretMissing  # and all of a field

            raise FieldSecretMissing
        return FieldAddress(traffic.field_url, traffic.field_secret)
    try:
        told = Folder(settings.data_path).field_file.read_bytes()
    except OSError:
        folder = settings.data_path
        raise FieldUnreachable(
            f"name one by --field, since none runs beside a city of '{folder}'"
        ) from None
    return msgspec.json.decode(told, type=FieldAddress)
