"""The work behind `dalgu citizens`."""

from collections.abc import Iterator
from pathlib import Path

from dalgu.access.access import Access
from dalgu.app.commands.opening import city, store_alone
from dalgu.app.folder import Folder
from dalgu.kernel.clock import SystemClock, iso
from dalgu.kernel.settings import Settings
from dalgu.services.citizens.ballots.recount import Recount, recount
from dalgu.services.citizens.roundtables import proof

BOOK = "citizens"


def recounted(content: bytes, key: str, receipt: str) -> Iterator[str]:
    """Yield what a published box says, line by line; raise `RecountFailed`."""
    found = recount(content, key)
    first, head = found.box, found.head
    yield f"{first.title.get('en') or first.title.get('ko', '')} ({first.id}, {first.kind})"
    yield f"All {head.ballots} ballots hold; {head.tokens} tokens were handed out."
    yield f"Closed at {iso(head.closed_at)}, chain {head.digest}"
    for option, got in head.tally.items():
        yield f"  {got['ballots']:>7}  {got['sum']:>7}  {option}"
    yield from _signed(found, key)
    if receipt:
        yield _found(found, receipt)


def _signed(found: Recount, key: str) -> Iterator[str]:
    if key:
        yield "The city's key has signed it."
        return
    yield f"Signed by {found.signed_by}"
    yield "Compare this with the key that the city publishes, or give it with --key."


def _found(found: Recount, receipt: str) -> str:
    ballot = found.find(receipt)
    if ballot is None:
        return f"There is no ballot of receipt {receipt.strip().upper()}."
    marks = ", ".join(f"{option} {mark}" for option, mark in ballot.marks.items())
    return f"Receipt {ballot.receipt}: {marks}; digest {ballot.ballot}"


async def exported(settings: Settings, folder: Path, tenant: str) -> list[str]:
    """Write the open data into a folder and return the names of its files."""
    async with city(settings) as platform:
        hub = platform.hub.tenant(tenant) if tenant else platform.hub
        room = platform.opened[BOOK].rooms.opendata
        names: list[str] = await room.export(folder, hub, own=not tenant)
        return names


async def verified(settings: Settings) -> tuple[int, str, int | None]:
    """Return entries and newest digest of the citizens' book, and its first broken entry."""
    async with store_alone(settings) as store:
        key_file = Folder(settings.data_path).key_file
        book = Access(store, SystemClock(), key_file=key_file).book(BOOK)
        entries, digest = book.last(store.read())
        return entries, digest, await store.scan(book.verify)


def lottery_faults(body: bytes, seal: str) -> list[str]:
    """Return what of a lottery's proof does not hold, nothing when all does."""
    return proof.check(body, seal)
