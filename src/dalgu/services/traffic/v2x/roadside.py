"""Sends SPaT and MAP of every signalised intersection each second, and cautions as they come."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from dalgu.devices.signals.report import Report
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.v2x.broadcast import Broadcast
from dalgu.services.traffic.v2x.denm import Notification, encode_denm
from dalgu.services.traffic.v2x.mapdata import encode_map
from dalgu.services.traffic.v2x.refusals import V2xNotInstalled
from dalgu.services.traffic.v2x.told import maps_of, states_of

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

log = logging.getLogger("dalgu.traffic")

WAITING_MOST: Final = 1_000  # cautions that wait for the next second; further ones are refused


@dataclass(slots=True)
class Sent:
    """What went out since the process began."""

    spat: int = 0
    maps: int = 0
    denm: int = 0
    octets: int = 0
    encoded: int = 0  # SPaT whose lights had changed
    refused: int = 0  # reports and cautions that came faster than they could be told


@dataclass(slots=True)
class Roadside:
    """The sender of one city. `url` is `udp://host:port`; without one nothing is made or sent."""

    control: "Control"
    url: str | None
    sent: Sent = field(default_factory=Sent)
    _reports: asyncio.Queue[Report] = field(default_factory=lambda: asyncio.Queue(1))
    _cautions: list[bytes] = field(default_factory=list)
    _broadcast: Broadcast = field(default_factory=Broadcast)
    _maps: tuple[str, list[bytes]] = ("", [])

    def hear(self, report: Report) -> None:
        """Take a report of the field; one that finds its forerunner unsent is left out."""
        if self.url is None:
            return
        try:
            self._reports.put_nowait(report)
        except asyncio.QueueFull:
            self.sent.refused += 1

    def announce(self, notification: Notification) -> None:
        """Send a caution with the next second's frames.

        Raises
        ------
        V2xNotInstalled, V2xValueOutOfRange
            As `encode_denm`.
        """
        if self.url is None:
            return
        if len(self._cautions) >= WAITING_MOST:
            self.sent.refused += 1
            return
        self._cautions.append(encode_denm(notification))

    async def run(self) -> None:
        """Send until cancelled; without an address or the encoders there is nothing to do."""
        if self.url is None:
            return
        transport = await self._transport(self.url)
        try:
            while True:
                report = await self._reports.get()
                compiled = self.control.compiled()
                if compiled is None or not compiled.network.is_geographic:
                    continue
                try:
                    frames = await asyncio.to_thread(self.frames, compiled, report)
                except V2xNotInstalled as absent:
                    log.warning("SPaT and MAP are not sent: %s", absent)
                    return
                self._send(transport, frames)
        finally:
            transport.close()

    def frames(self, compiled: Compiled, report: Report) -> list[bytes]:
        """Return the SPaT and MAP frames of one second."""
        at = datetime.fromtimestamp(report.at_s, UTC)
        year = datetime(at.year, 1, 1, tzinfo=UTC)
        minute = (at - year) // timedelta(minutes=1)
        millisecond = at.second * 1000 + at.microsecond // 1000
        revision = self._revision()
        spat = [
            self._broadcast.frame(state, minute, millisecond)
            for state in states_of(compiled.layout, report, revision)
        ]
        maps = self._map_frames(compiled, revision)
        self.sent.spat += len(spat)
        self.sent.maps += len(maps)
        self.sent.encoded = self._broadcast.encoded
        return [*spat, *maps]

    def _map_frames(self, compiled: Compiled, revision: int) -> list[bytes]:
        digest = self._digest()
        if self._maps[0] != digest or not self._maps[1]:
            self._maps = (digest, [encode_map(one) for one in maps_of(compiled.network, revision)])
        return self._maps[1]

    def _digest(self) -> str:
        taken = self.control.state.network
        return "" if taken is None else taken.digest

    def _revision(self) -> int:
        digest = self._digest()
        return int(digest[:4], 16) if digest else 0

    def _send(self, transport: asyncio.DatagramTransport, frames: list[bytes]) -> None:
        cautions, self._cautions = self._cautions, []
        self.sent.denm += len(cautions)
        for frame in (*frames, *cautions):
            self.sent.octets += len(frame)
            transport.sendto(frame)

    async def _transport(self, url: str) -> asyncio.DatagramTransport:
        where = urlsplit(url)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=(where.hostname or "", where.port or 0)
        )
        return transport
