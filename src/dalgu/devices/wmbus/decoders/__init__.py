"""What manufacturers put into telegrams in layouts of their own, one reader per driver name.

Records that EN 13757-3 describes are not read here: `drivers/` names them. A reader gives the
fields that a telegram's own part holds, by the names of the driver, and {} where it is absent.
"""

from collections.abc import Callable, Mapping
from functools import partial

from dalgu.devices.wmbus.decoders import (
    apator,
    bfw,
    gwf,
    hydroclima,
    hydrodigit,
    prios,
    qundis,
    rfmtx1,
    techem,
)
from dalgu.devices.wmbus.decoders.layout import JSON
from dalgu.devices.wmbus.decoders.table import read_named
from dalgu.devices.wmbus.telegram import Telegram

_OF_THE_TABLE = ("apator08", "apator172", "compact5", "mkradio4", "vario451", "zenner0b")

DECODERS: Mapping[str, Callable[[Telegram], Mapping[str, JSON]]] = {
    **{name: partial(read_named, name) for name in _OF_THE_TABLE},
    "apator162": apator.read_162,
    "apatoreitn": apator.read_eitn,
    "apatorna1": apator.read_na1,
    "bfw240radio": bfw.read,
    "fhkvdataiii": techem.read_fhkvdataiii,
    "gwfwater": gwf.read,
    "hydroclimav2": hydroclima.read,
    "hydrodigit": hydrodigit.read,
    "izarv2": prios.read,
    "mkradio3": techem.read_mkradio3,
    "mkradio3a": techem.read_mkradio3a,
    "qcaloric": qundis.read_allocator,
    "qheatv2": qundis.read_months,
    "qwater": qundis.read_water,
    "qwaterv2": qundis.read_months,
    "rfmtx1": rfmtx1.read,
    "tsd2": techem.read_tsd2,
}

# Readers whose telegrams must be opened with the meter's key in a way of their own first.
OPENERS: Mapping[str, Callable[[Telegram, bytes | None], Telegram]] = {"apatorna1": apator.open_na1}
