import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis.strategies import binary

from dalgu.services.citizens.ballots import blind

VECTOR = json.loads((Path(__file__).parent / "rfc9474.json").read_text())


def number(name):
    return int(VECTOR[name], 16)


@pytest.fixture(scope="module")
def published_key():
    p, q, d = number("p"), number("q"), number("d")
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    public = rsa.RSAPublicNumbers(number("e"), number("n"))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def test_the_published_vector_of_the_rfc(published_key):
    public, message = published_key.public_key(), bytes.fromhex(VECTOR["msg"])
    factor = pow(number("inv"), -1, number("n"))
    blinded = blind.blind(public, message, salt=bytes.fromhex(VECTOR["salt"]), factor=factor)
    assert blinded.message.hex() == VECTOR["blinded_msg"]
    assert blinded.inverse == number("inv")
    signed = blind.blind_sign(published_key, blinded.message)
    assert signed.hex() == VECTOR["blind_sig"]
    assert blind.finalize(public, message, signed, blinded.inverse).hex() == VECTOR["sig"]


KEY = blind.new_key()


@settings(max_examples=10, deadline=None)
@given(message=binary(min_size=1, max_size=80))
def test_a_message_signed_blindly_verifies_as_one_signed_openly(message):
    prepared = blind.prepare(message)
    blinded = blind.blind(KEY.public_key(), prepared)
    signed = blind.blind_sign(KEY, blinded.message)
    signature = blind.finalize(KEY.public_key(), prepared, signed, blinded.inverse)
    assert blind.verify(KEY.public_key(), prepared, signature)
    assert blind.verify(KEY.public_key(), prepared, blind.sign(KEY, prepared))
    assert not blind.verify(KEY.public_key(), prepared + b"!", signature)


def test_what_the_city_signs_is_not_what_it_sees_later():
    prepared = blind.prepare(b"token")
    one, other = (blind.blind(KEY.public_key(), prepared) for _ in range(2))
    assert one.message != other.message
    signature = blind.finalize(
        KEY.public_key(), prepared, blind.blind_sign(KEY, one.message), one.inverse
    )
    assert signature not in (one.message, blind.blind_sign(KEY, one.message))


@pytest.mark.parametrize("blinded", [b"", b"\0" * 256, b"\xff" * 256, b"\1" * 255, b"\1" * 257])
def test_what_is_no_number_below_the_modulus_is_not_signed(blinded):
    with pytest.raises(blind.NotBlinded):
        blind.blind_sign(KEY, blinded)


def test_a_wrong_answer_of_the_city_is_noticed_by_the_voter():
    prepared = blind.prepare(b"token")
    blinded = blind.blind(KEY.public_key(), prepared)
    signed = bytearray(blind.blind_sign(KEY, blinded.message))
    signed[-1] ^= 1
    with pytest.raises(blind.SignatureFault):
        blind.finalize(KEY.public_key(), prepared, bytes(signed), blinded.inverse)
