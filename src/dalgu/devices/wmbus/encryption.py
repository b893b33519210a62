"""Opening and closing of encrypted telegrams: EN 13757-7 security modes, OMS security profiles.

Modes 5 (OMS profile A), 7 (profile B), the old DES modes 2 and 3, and the AES-CTR of the
extended link layer. A telegram that a gateway has opened before is recognised by its marker.
"""

import msgspec

from dalgu.devices.wmbus.crc import crc16
from dalgu.devices.wmbus.errors import (
    CrcWrong,
    KeyDoesNotFit,
    KeyRequired,
    SecurityModeUnknown,
    TelegramForged,
    TelegramTooShort,
)
from dalgu.devices.wmbus.headers import Authentication, ExtendedLink, Transport

MARKER = b"\x2f\x2f"  # EN 13757-7:2018, 7.7: two fillers begin every encrypted content
BLOCK_BYTES = 16
AES_KEY_BYTES = 16
DES_KEY_BYTES = 8
_ENCRYPTION, _AUTHENTICATION = b"\x00", b"\x01"  # OMS Vol. 2, 9.5.1: constants, from the meter
_DES, _DES_IV, _AES_IV, _AES_DERIVED = 2, 3, 5, 7
_KDF = 0x10  # bits 5-4 of the configuration extension: key derivation A
# Keys that makers have given to all meters without one of their own, and that are published:
# the code of jMBus (Fraunhofer ISE) and of several gateways holds them. They keep no secret.
FACTORY_KEYS = dict.fromkeys(
    ("DME", "HYD", "SAP"), bytes.fromhex("51728910E66D83F851728910E66D83F8")
)
_HOP_COUNTER = 0x10  # bit of the ELL control field that a repeater sets


def open_link(
    link: ExtendedLink | None, rest: bytes, sender: bytes, key: bytes | None, device: str
) -> bytes:
    """Return what follows the extended link layer, in the clear and without its checksum.

    Raises
    ------
    KeyRequired, KeyDoesNotFit, CrcWrong, TelegramTooShort
        When it is encrypted and does not open, or is plain and damaged.

    """
    if link is None or not link.session:
        return rest
    if len(rest) < 2:
        raise TelegramTooShort("extended link layer", got=len(rest), need=2, device=device)
    if _checksum_holds(rest):
        return rest[2:]
    if not link.is_encrypted:
        raise CrcWrong("extended link layer", device)
    if key is None:
        raise KeyRequired(device)
    for control in (link.control, link.control & ~_HOP_COUNTER):
        # EN 13757-4:2019, 13.2.12.4: address, control, session, frame and block number
        counter = sender + bytes((control,)) + link.session + bytes(3)
        plain = _aes_ctr(_fitting(key, AES_KEY_BYTES, device), counter, rest)
        if _checksum_holds(plain):
            return plain[2:]
    raise KeyDoesNotFit(device)


class Sealed(msgspec.Struct, frozen=True):
    """A content behind its transport header, and all that is needed to open it.

    `message` is everything from the transport header on, as the authentication code covers
    it; `sender` the eight address bytes of the meter, manufacturer first; `device` its name.
    """

    header: Transport
    layer: Authentication | None
    message: bytes
    content: bytes
    sender: bytes
    device: str


def open_content(sealed: Sealed, key: bytes | None) -> bytes:
    """Return the content in the clear, markers included.

    `key` is the meter's: 16 bytes for AES, 8 for DES. Nothing is asked of it when the content
    is not encrypted, was opened before, or opens with the published key of its maker.

    Raises
    ------
    KeyRequired, KeyDoesNotFit, SecurityModeUnknown, TelegramTooShort, TelegramForged
        When the content is encrypted and does not open.

    """
    size = encrypted_bytes(sealed.header)
    if size == 0:
        return sealed.content
    is_open = sealed.content[:2] == MARKER
    if key is None:
        return sealed.content if is_open else _open_by_factory_key(sealed, size)
    plain = _decrypt(sealed, size, key) if len(sealed.content) >= size else b""
    if plain[:2] == MARKER:
        if sealed.header.mode == _AES_DERIVED:
            _check_authentication(sealed, key)
        return plain + sealed.content[size:]
    if is_open:
        return sealed.content
    if not plain:
        got = len(sealed.content)
        raise TelegramTooShort("encrypted content", got=got, need=size, device=sealed.device)
    raise KeyDoesNotFit(sealed.device)


def _open_by_factory_key(sealed: Sealed, size: int) -> bytes:
    key = FACTORY_KEYS.get(sealed.device[:3])
    if key is not None and sealed.header.mode == _AES_IV and len(sealed.content) >= size:
        plain = _decrypt(sealed, size, key)
        if plain[: len(MARKER)] == MARKER:
            return plain + sealed.content[size:]
    raise KeyRequired(sealed.device)


def derive_key(purpose: bytes, counter: bytes, number: bytes, key: bytes) -> bytes:
    """Return the ephemeral key of one message (OMS Vol. 2, key derivation function A)."""
    return _cmac(key, purpose + counter + number + b"\x07" * 7)


def encrypted_bytes(header: Transport) -> int:
    """Return how many bytes behind the header are encrypted in a way that is supported."""
    if header.mode in (_DES, _DES_IV):
        return header.configuration & 0xFF & ~7
    if header.mode in (_AES_IV, _AES_DERIVED):
        return header.encrypted_blocks * BLOCK_BYTES
    return 0


def encrypt_mode_5(content: bytes, key: bytes, *, sender: bytes, access_number: int) -> bytes:
    """Return the content encrypted for mode 5; its length must be a multiple of 16."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    vector = sender + bytes((access_number,)) * 8
    cipher = Cipher(algorithms.AES(_fitting(key, AES_KEY_BYTES, "")), modes.CBC(vector))
    return cipher.encryptor().update(content)


def _decrypt(sealed: Sealed, size: int, key: bytes) -> bytes:
    header, content, sender = sealed.header, sealed.content[:size], sealed.sender
    if header.mode in (_DES, _DES_IV):
        vector = sender if header.mode == _DES_IV else bytes(DES_KEY_BYTES)
        return _des_cbc(_fitting(key, DES_KEY_BYTES, sealed.device), vector, content)
    key = _fitting(key, AES_KEY_BYTES, sealed.device)
    if header.mode == _AES_IV:
        return _aes_cbc(key, sender + bytes((header.access_number or 0,)) * 8, content)
    if header.extension & 0x30 == _KDF:
        if sealed.layer is None or not sealed.layer.message_counter:
            raise SecurityModeUnknown(header.mode, sealed.device)
        key = derive_key(_ENCRYPTION, sealed.layer.message_counter, sender[2:6], key)
    return _aes_cbc(key, bytes(BLOCK_BYTES), content)


def _check_authentication(sealed: Sealed, key: bytes) -> None:
    layer = sealed.layer
    if layer is None or not layer.mac or not layer.message_counter:
        return
    mac_key = derive_key(_AUTHENTICATION, layer.message_counter, sealed.sender[2:6], key)
    text = layer.control + layer.message_counter + layer.message_length + sealed.message
    if _cmac(mac_key, text)[: len(layer.mac)] != layer.mac:
        raise TelegramForged(sealed.device)


def _fitting(key: bytes, size: int, device: str) -> bytes:
    if len(key) != size:
        raise KeyDoesNotFit(device)
    return key


def _checksum_holds(data: bytes) -> bool:
    return crc16(data[2:]) == int.from_bytes(data[:2], "little")


def _aes_cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor().update(data)


def _aes_ctr(key: bytes, counter: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key), modes.CTR(counter)).decryptor().update(data)


def _des_cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    # Three equal keys make triple DES the single DES that these old meters speak.
    return Cipher(TripleDES(key * 3), modes.CBC(vector)).decryptor().update(data)


def _cmac(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.cmac import CMAC

    code = CMAC(AES(key))
    code.update(data)
    return code.finalize()
