"""The form of the signature follows from its three parts alone."""

import pytest

from dalgu.certification.certificate.cms import assemble, take_apart


def test_what_is_assembled_comes_apart(issuer):
    der = assemble(b"d" * 64, issuer.key.certificate, b"s" * 64)
    assert take_apart(der) == (issuer.key.certificate, b"s" * 64)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x05", b"\xff" * 40])
def test_other_bytes_are_no_signature(der):
    with pytest.raises(ValueError):  # noqa: PT011 - which one is of no matter
        take_apart(der)
