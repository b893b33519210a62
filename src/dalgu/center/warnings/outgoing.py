"""The way out: every message to every partner, tried again, and what became of it written down.

Two targets only record what they would send: the cell broadcast and the broadcasters' profile.
Who may warn a whole city's phones is decided by contracts that a platform cannot make.
"""

import asyncio
import contextlib
import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Noted
from dalgu.access.vault import Room
from dalgu.center.ground import Ground
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import MEDIA_TYPE, as_version, write
from dalgu.center.warnings.deeds import Delivered, Outcome, PartnerGone, PartnerSet
from dalgu.center.warnings.errors import PartnerInvalid
from dalgu.center.warnings.korean import broadcast, cell_text
from dalgu.center.warnings.state import Known, Message
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.kernel.errors import DalguError

if TYPE_CHECKING:
    import httpx2

ROOM = "warnings"
SETTINGS = "urn:ngsi-ld:Warning:settings"
CELL, BROADCAST = "cell-broadcast", "broadcast-ks-x-1303"  # these only record
RECORDING = (CELL, BROADCAST)
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=2)  # doubled after each attempt
TIMEOUT_S = 10.0
TURN = timedelta(seconds=30)
KEEPING = timedelta(days=1)  # what is older than this is not sent to a partner who is new
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
NEAR = Reach(private=True, loopback=True)  # partners are set by administrators, also in the house

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """One message that one target has not got."""

    warning: int
    subject: str
    message: Message
    target: str


class Outgoing:
    """Sends messages to partners while `run` runs."""

    def __init__(
        self, ground: Ground, known: Known, *, transport: "httpx2.AsyncBaseTransport | None"
    ) -> None:
        self._ground, self._known, self._transport = ground, known, transport
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that something was sent."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.deliver()
            except DalguError as failure:
                log.warning("warnings.not_delivered", extra={"reason": failure.detail})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TURN.total_seconds())

    async def deliver(self) -> None:
        """Deliver all that is due, each target by itself, in the order it was sent."""
        due = self.due()
        targets = dict.fromkeys(one.target for one in due)
        await asyncio.gather(
            *(self._to(one, [d for d in due if d.target == one]) for one in targets)
        )

    def due(self) -> list[Due]:
        """Return what targets have not got, oldest first."""
        now = self._ground.clock.now()
        targets = (*RECORDING, *self._known.partners)
        found = [
            Due(warning.number, warning.subject, message, target)
            for warning in self._known.warnings.values()
            for message in warning.messages
            if now - message.at <= KEEPING
            for target in targets
            if not any(
                one.target == target and one.identifier == message.alert.identifier
                for _, one in warning.deliveries
            )
        ]
        return sorted(found, key=lambda one: one.message.at)

    async def _to(self, target: str, due: list[Due]) -> None:
        for one in due:
            is_recording = target in RECORDING
            delivered = self._recorded(one) if is_recording else await self._posted(one)
            noted = [Noted(one.subject, delivered)]
            await self._ground.logbook.write(SYSTEM, ROOM, partial(_as_decided, noted))

    def _recorded(self, due: Due) -> Delivered:
        message, office = due.message, self._known.office
        if due.target == CELL:
            texts = [cell_text(message.content, office, language) for language in ("ko", "en")]
            said = "\n".join(f"{one.text} ({one.signs}/{one.limit})" for one in texts)
        else:
            said = f"CAP 1.1, {len(broadcast(message.alert))} bytes"
        identifier = message.alert.identifier
        return Delivered(due.warning, identifier, due.target, Outcome.RECORDED, 1, said)

    async def _posted(self, due: Due) -> Delivered:
        partner = self._known.partners[due.target]
        said, pause = "", FIRST_PAUSE
        for attempt in range(1, MOST_ATTEMPTS + 1):
            said, is_final = await self._attempt(partner, due)
            identifier = due.message.alert.identifier
            if said.startswith("2"):
                return Delivered(
                    due.warning, identifier, due.target, Outcome.DELIVERED, attempt, said
                )
            if is_final:
                break
            await self._ground.clock.sleep_until(self._ground.clock.now() + pause)
            pause *= 2
        return Delivered(due.warning, identifier, due.target, Outcome.FAILED, attempt, said)

    async def _attempt(self, partner: PartnerSet, due: Due) -> tuple[str, bool]:
        """Return what the partner answered, and whether asking again is of no use."""
        import httpx2

        body = write(as_version(due.message.alert, Version(partner.version)))
        headers = {"content-type": f"{MEDIA_TYPE}; charset=utf-8"}
        vault = self._ground.access.vault
        if vault.holds(Room.CREDENTIAL, _key(partner.name)):
            token = await vault.open(
                SYSTEM, Room.CREDENTIAL, _key(partner.name), purpose="to send a public warning"
            )
            headers["authorization"] = f"Bearer {token.decode()}"
        letter = Letter(partner.url, body, headers, TIMEOUT_S)
        try:
            async with httpx2.AsyncClient(transport=self._transport, trust_env=False) as client:
                status = await post(client, letter, None if self._transport else NEAR)
        except (DalguError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as failure:
            return type(failure).__name__, False
        is_final = not is_taken(status) and 400 <= status < 500 and status not in (408, 429)
        return str(status), is_final

    # -- partners -------------------------------------------------------------------------

    async def set_partner(self, partner: PartnerSet, token: str, actor: Actor) -> None:
        """Send all that is sent from now on to a partner; its token goes to the vault."""
        named(partner.name, partner.url)
        if token:
            vault = self._ground.access.vault
            await vault.put(actor, Room.CREDENTIAL, _key(partner.name), token.encode())
        await self._ground.logbook.write(actor, ROOM, lambda at: [Noted(SETTINGS, partner)])

    async def forget_partner(self, name: str, actor: Actor) -> None:
        """Send nothing there any more; its token is forgotten."""
        if name not in self._known.partners:
            raise PartnerInvalid(name)
        await self._ground.logbook.write(
            actor, ROOM, lambda at: [Noted(SETTINGS, PartnerGone(name))]
        )
        if self._ground.access.vault.holds(Room.CREDENTIAL, _key(name)):
            await self._ground.access.vault.delete(actor, Room.CREDENTIAL, _key(name))


def named(name: str, url: str) -> None:
    """Return when a partner or source can be called this and found there."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not NAME.fullmatch(name) or name in RECORDING or not is_address:
        raise PartnerInvalid(name)


def _as_decided(noted: list[Noted], at: datetime) -> list[Noted]:
    return noted


def _key(name: str) -> str:
    return f"warnings:{name}"
