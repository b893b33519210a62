"""The work behind `dalgu water bill`."""

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city
from dalgu.app.platform import Platform
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Language
from dalgu.services.water.billing.adopted import adopt_tariff
from dalgu.services.water.billing.frames import Decoding, city_decoders
from dalgu.services.water.billing.issuing import issue_month
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import bill_of
from dalgu.services.water.billing.replay import replay
from dalgu.services.water.billing.statement import bill_text, replay_text, run_text
from dalgu.services.water.billing.tariff import Tariff


async def drafted(settings: Settings, period: str, language: Language) -> str:
    """Draft a month; raise `PeriodInvalid`."""
    async with city(settings) as platform:
        return run_text(await draft_bills(platform.hub, platform.clock, period), language)


async def issued(settings: Settings, period: str) -> tuple[int, list[str]]:
    """Issue a month's drafts; return how many, and why the others are not."""
    async with city(settings) as platform:
        await platform.access.audit(CONSOLE, Operation.BILL_WRITE, f"water:bills/{period}")
        return await issue_month(platform.hub, platform.clock, CONSOLE, period)


async def shown(settings: Settings, bill: str, language: Language) -> str:
    """Return a bill as text; raise `BillNotExisting`."""
    async with city(settings) as platform:
        return bill_text(await bill_of(platform.hub, bill), language)


async def replayed(settings: Settings, bill: str, language: Language) -> tuple[str, bool]:
    """Make a bill again; return what is told of it, and whether it is the same to the won."""
    async with city(settings) as platform:
        made = await replay(platform.hub, bill, _decoding(platform))
        return replay_text(made, language), made.is_same


async def adopted(settings: Settings, body: bytes) -> Tariff:
    """Adopt a tariff; raise `TariffInvalid` and its kinds."""
    async with city(settings) as platform:
        tariff = await adopt_tariff(platform.hub, platform.clock, CONSOLE, body)
        await platform.access.audit(CONSOLE, Operation.BILL_WRITE, f"water:tariff/{tariff.id}")
        return tariff


def _decoding(platform: Platform) -> Decoding:
    def key_of(device: str) -> bytes | None:
        try:
            return platform.registry.resolve(device).key
        except DalguError:  # gone since
            return None

    return Decoding(city_decoders(), key_of)
