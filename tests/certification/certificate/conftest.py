"""One issuer and one certificate for all tests of certificates."""

from datetime import UTC, date, datetime

import pytest

from dalgu.certification.certificate.facts import CertificateFacts, ObjectType
from dalgu.certification.certificate.issuer import Issuer, create_issuer
from dalgu.certification.certificate.issuing import issue
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.text import Text

NAME = Text("달구 도시인증 운영기관", "Dalgu City Certification Body")


@pytest.fixture(scope="session")
def make_issuer(tmp_path_factory):
    """Make an issuer with a fresh key."""

    def make(name: Text = NAME, since: datetime = datetime(2026, 1, 2, tzinfo=UTC)) -> Issuer:
        path = tmp_path_factory.mktemp("issuer") / "issuer.key"
        return create_issuer(path, name, ManualClock(since))

    return make


@pytest.fixture(scope="session")
def issuer(make_issuer) -> Issuer:
    return make_issuer()


@pytest.fixture(scope="session")
def facts() -> CertificateFacts:
    return CertificateFacts(
        number="2026-0001",
        title=Text("스마트도시 인증서", "Smart City Certificate"),
        city=Text("대구광역시", "Daegu Metropolitan City"),
        object_type=ObjectType.CITY,
        programme=Text("2026년 본인증", "Certification 2026"),
        legal_effect=True,
        legal_basis=Text(
            "「스마트도시 조성 및 산업진흥 등에 관한 법률」 제32조",
            "Act on the Promotion of Smart City Development and Industry, article 32",
        ),
        framework="kr-scc-2021",
        framework_title=Text("스마트도시 인증 2021", "Smart City Certification 2021"),
        framework_hash="f" * 64,
        official_status="reconstructed",
        grade=3,
        points=1432.5,
        total_points=2000,
        reference_on=date(2025, 12, 31),
        issued_on=date(2026, 3, 1),
        expires_on=date(2028, 2, 29),
        score_digest="5" * 64,
        verification_address="https://city.example/certification/verify",
    )


@pytest.fixture(scope="session")
def certificate(facts, issuer) -> bytes:
    return issue(facts, issuer)
