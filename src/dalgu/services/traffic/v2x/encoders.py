"""The compiled ASN.1 of the messages, loaded when first used, one message at a time.

SAE J2735 and ISO/TS 19091 share their SPAT and MapData; pycrate carries the latter's module.
Korea's C-ITS speaks the J2735 messages. The compiled objects hold the value they last encoded,
so a lock keeps threads apart.
"""

from importlib import import_module
from threading import Lock
from typing import Any

from dalgu.services.traffic.v2x.refusals import (
    V2xContentNotCarried,
    V2xFrameInvalid,
    V2xNotInstalled,
    V2xValueOutOfRange,
)

Fields = dict[str, Any]  # what pycrate takes and gives; never leaves this package

_LOCK = Lock()
_PLACES = {
    "SPAT": ("pycrate_asn1dir.ITS_IS", "DSRC"),
    "MapData": ("pycrate_asn1dir.ITS_IS", "DSRC"),
    "DENM": ("pycrate_asn1dir.ITS_DENM_3", "DENM_PDU_Descriptions"),
}


def encode(message: str, fields: Fields) -> bytes:
    """Return the UPER octets of a message.

    Raises
    ------
    V2xNotInstalled
        When the optional part is not installed.
    V2xValueOutOfRange
        When a value does not fit its field.
    """
    compiled = _compiled(message)
    with _LOCK:
        try:
            compiled.set_val(fields)
            octets: bytes = compiled.to_uper()
        except Exception as reason:  # pycrate raises several unrelated kinds
            raise V2xValueOutOfRange(message, _short(reason)) from reason
    return octets


def decode(message: str, octets: bytes) -> Fields:
    """Return the fields of UPER octets.

    Raises
    ------
    V2xFrameInvalid
        When the octets are not such a message.
    """
    compiled = _compiled(message)
    with _LOCK:
        try:
            compiled.from_uper(octets)
            fields: Fields = compiled.get_val()
        except Exception as reason:  # pycrate raises several unrelated kinds
            raise V2xFrameInvalid(f"{message} breaks off or is none") from reason
    return fields


def refuse_unknown(where: str, fields: Fields, known: frozenset[str]) -> None:
    """Raise `V2xContentNotCarried` if a field is not among the known ones."""
    for part in fields:
        if part not in known:
            raise V2xContentNotCarried(where, part)


def present(**fields: Any) -> Fields:
    """Return the fields that are there; underscores become the standard's hyphens."""
    return {
        name.replace("__", "-"): value
        for name, value in fields.items()
        if value is not None and value not in ([], ())
    }


def _compiled(message: str) -> Any:
    module, space = _PLACES[message]
    try:
        return getattr(getattr(import_module(module), space), message)
    except ImportError as absent:
        raise V2xNotInstalled from absent


def _short(reason: Exception) -> str:
    return " ".join(str(reason).split())[:160]
