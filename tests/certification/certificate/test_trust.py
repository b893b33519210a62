"""Trust files: what issuers hand to those who verify."""

from hashlib import sha256

import pytest

from dalgu.certification.certificate.errors import TrustFileUnfit
from dalgu.certification.certificate.trust import read_trust, trust_file


def test_a_trust_file_reads_back(issuer):
    assert read_trust(trust_file(issuer.key)) == issuer.key


def test_a_trust_file_may_have_passed_through_another_system(issuer):
    assert read_trust(trust_file(issuer.key).replace(b"\n", b"\r\n")) == issuer.key


def test_a_trust_file_holds_no_private_key(issuer):
    assert b"PRIVATE" not in trust_file(issuer.key)


def test_the_key_id_is_the_fingerprint_of_the_public_key(issuer):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_pem_x509_certificate

    public = load_pem_x509_certificate(trust_file(issuer.key)).public_key()
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert issuer.key_id == sha256(info).hexdigest()


def test_lines_that_say_another_thing_than_the_key_are_refused(issuer):
    told = trust_file(issuer.key)
    for changed in (
        told.replace(b"Dalgu City", b"Other City"),
        told.replace(issuer.key_id[:4].encode(), b"0000"),
        told.replace(b"2026-01-02", b"2020-01-02"),
        b"-----BEGIN CERTIFICATE" + told.partition(b"-----BEGIN CERTIFICATE")[2],
    ):
        with pytest.raises(TrustFileUnfit, match=r"key\.pem"):
            read_trust(changed, "key.pem")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\n"])
def test_other_files_are_refused(content):
    with pytest.raises(TrustFileUnfit):
        read_trust(content)
