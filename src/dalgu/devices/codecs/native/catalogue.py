"""The native decoders by name, each with the field mapping of what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dalgu.devices.codecs.native import (
    acrios,
    aquascope,
    axioma,
    dragino,
    elvaco,
    kamstrup,
    quandify,
    sensus,
    talkpool,
)
from dalgu.hub.model import JSON

Decode = Callable[[bytes, int | None], dict[str, JSON]]


@dataclass(frozen=True, slots=True)
class Native:
    """A native decoder: from bytes and port to the fields of the vendor's codec."""

    decode: Decode
    mapping: str


def _elvaco(model: str, records: Mapping[int, elvaco.Records]) -> Native:
    return Native(elvaco.decoder(f"elvaco-{model}", records), "elvaco-cmi4100")


NATIVE: Mapping[str, Native] = {
    "kamstrup-flowiq2200": Native(kamstrup.decode, "kamstrup-flowiq2200"),
    "sensus-iperl": Native(sensus.decode, "sensus-iperl"),
    "axioma-qalcosonic-w1": Native(axioma.decode, "axioma-qalcosonic-w1"),
    "elvaco-cmi4110": _elvaco("cmi4110", {0x00: elvaco.CMI4110}),
    "elvaco-cmi4111": _elvaco("cmi4111", {0x00: elvaco.CMI4110, 0x05: elvaco.CMI4111}),
    "elvaco-cmi4130": _elvaco("cmi4130", {0x0F: elvaco.CMI4130}),
    "elvaco-cmi4140": _elvaco("cmi4140", {0x15: elvaco.CMI4140}),
    "elvaco-cmi4160": _elvaco("cmi4160", {0x1E: elvaco.CMI4160}),
    "acrios-mbus": Native(acrios.decode, "acrios-mbus"),
    "aquascope-aqm": Native(aquascope.decoder("aquascope-aqm", aquascope.AQM), "aquascope-aqm"),
    "aquascope-aqs": Native(aquascope.decoder("aquascope-aqs", aquascope.AQS), "aquascope-aqs"),
    "quandify-cubicmeter": Native(quandify.decode, "quandify-cubicmeter"),
    "dragino-sw3l": Native(dragino.decode, "dragino-sw3l"),
    "talkpool-oy1320": Native(talkpool.decode, "talkpool-oy1320"),
}
