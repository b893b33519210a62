"""The LoRa network of the pilot: which site hears which meter, and the events it hands on."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.hub.model import JSON
from dalgu.simulation.chance import Episodes, stream
from dalgu.simulation.day import stamp
from dalgu.simulation.placing import METRES_PER_DEGREE

F_PORT = 10
# KR920: seven of the channels of the regional parameters, LoRaWAN RP002.
CHANNELS_HZ = tuple(922_100_000 + 200_000 * k for k in range(7))
# A meter in its pit at 2.5 km, and how the signal falls around there (assumptions).
USUAL_DBM, USUAL_M, FALL_DB = -103.0, 2_500.0, 14.0
SHADOWING_DB = 7.0
FAINTEST_DBM, LOUDEST_DBM = -125.0, -70.0
WEAK_DBM = -117.0  # from here on frames are lost often, and for days (assumption)
LEAST_METERS = 20  # of the site that falls silent now and then: enough to tell it by


@dataclass(frozen=True, slots=True)
class Terminal:
    """One end device: `kind` and `number` make its addresses."""

    kind: int
    number: int
    name: str
    profile: str

    @property
    def dev_eui(self) -> str:
        """EUI; the second digit marks it as locally administered.

        >>> Terminal(0, 1, "", "").dev_eui
        '02da000000000001'
        """
        return f"02da{self.kind:04x}{self.number:08x}"


class LoraSites:
    """The sites around the pilot's meters.

    Parameters
    ----------
    keys
        Names of the sites in the city's plan.
    place
        Shape (sites, 2), their (lon, lat).
    meters
        Shape (meters, 2), places of the meters that they hear.
    """

    def __init__(
        self, keys: tuple[str, ...], place: NDArray[np.float64], meters: NDArray[np.float64],
        seed: int,
    ) -> None:  # fmt: skip
        chance = stream(seed, "water.sites")
        self.keys = keys
        self.euis = [f"02da0001{int(key[-3:]):08x}" for key in keys]
        self._place = place
        self.nearest, metres = self._near(meters)
        fall = FALL_DB * np.log2(np.maximum(metres, 1.0) / USUAL_M) / 2
        shadowing = chance.normal(0, SHADOWING_DB, size=len(meters))
        self.rssi_dbm = np.clip(USUAL_DBM - fall + shadowing, FAINTEST_DBM, LOUDEST_DBM)
        # The least of the sites has an old battery: its power cuts are its silences.
        heard = np.bincount(self.nearest, minlength=len(keys))
        enough = np.where(heard >= LEAST_METERS, heard, len(meters))
        self._least = int(np.argmin(enough))
        self._cut = Episodes(chance, 1, share=1.0, cycle=(33, 48), length=(3, 4))

    def is_out(self, day: int) -> NDArray[np.bool_]:
        """Return which sites are silent all day, shape (sites,)."""
        out = np.zeros(len(self.keys), dtype=np.bool_)
        out[self._least] = self._cut.on(day)[0]
        return out

    def of(self, place: NDArray[np.float64]) -> list[str]:
        """Return the EUI of the site nearest to each place, shape (n, 2)."""
        return [self.euis[site] for site in self._near(place)[0]]

    def _near(self, place: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        scale = np.array([np.cos(np.radians(place[:, 1].mean())), 1.0]) * METRES_PER_DEGREE
        apart = (place[:, None] - self._place[None]) * scale
        metres = np.hypot(apart[..., 0], apart[..., 1])
        return np.argmin(metres, axis=1), metres.min(axis=1)


def up_event(
    terminal: Terminal, at_s: int, f_cnt: int, heard: tuple[str, int], said: Mapping[str, JSON]
) -> bytes:
    """Return a ChirpStack up event.

    `heard` names the site and its dBm, `said` is the payload in `data` or a codec's `object`.
    """
    gateway, rssi = heard
    kind, number = terminal.kind, terminal.number
    return msgspec.json.encode(
        {
            "deduplicationId": f"00000000-0000-4000-8{kind:03x}-{f_cnt:06x}{number:06x}",
            "time": stamp(at_s),
            "deviceInfo": {
                "applicationName": "gachang-amr",
                "deviceProfileName": terminal.profile,
                "deviceName": terminal.name,
                "devEui": terminal.dev_eui,
                "tags": {"origin": "synthetic"},
            },
            "devAddr": f"{kind + 1:02x}{number:06x}",
            "fCnt": f_cnt,
            "fPort": F_PORT,
            **said,
            "rxInfo": [
                {
                    "gatewayId": gateway,
                    "rssi": rssi,
                    "snr": min(9, max(-15, round((rssi + 112) / 3))),
                }
            ],
            "txInfo": {
                "frequency": CHANNELS_HZ[(number + f_cnt) % len(CHANNELS_HZ)],
                "modulation": {
                    "lora": {
                        "bandwidth": 125_000,
                        "spreadingFactor": _spreading_factor(rssi),
                        "codeRate": "CR_4_5",
                    }
                },
            },
        }
    )


def _spreading_factor(rssi: int) -> int:
    # Sensitivities of a common gateway chip at 125 kHz fall by about 2.5 dB a step; SF7 is
    # left with ten decibels in hand, as adaptive data rate does.
    return int(np.clip(7 + (-110 - rssi) // 3, 7, 12))
