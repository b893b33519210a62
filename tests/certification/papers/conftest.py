"""Facts of papers, and a reader of what was printed."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from dalgu.certification.certificate.facts import CertificateFacts, ObjectType
from dalgu.certification.papers.facts import PaperHead
from dalgu.kernel.text import Text

ISSUER = Text("달구 도시인증 운영기관", "Dalgu City Certification Body")


def pages(pdf: bytes) -> list[str]:
    """The text of each page, spaces made single."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of all pages by name, and whether each is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            one = font.get_object()
            found[one["/BaseFont"]] = "/FontFile2" in one.get("/FontDescriptor", {})
    return found


@pytest.fixture(scope="session")
def read():
    return pages


@pytest.fixture(scope="session")
def fonts_of():
    return fonts


@pytest.fixture(scope="session")
def head() -> PaperHead:
    return PaperHead(
        number="2026-A-014",
        city=Text("대구광역시", "Daegu Metropolitan City"),
        programme=Text("2026년 시범인증", "Pilot certification 2026"),
        legal_effect=False,
        framework="kr-scc-2021",
        framework_title=Text("스마트도시 인증 2021", "Smart City Certification 2021"),
        framework_hash="f" * 64,
        official_status="reconstructed",
        issuer=ISSUER,
        printed_on=date(2026, 2, 20),
    )


@pytest.fixture(scope="session")
def facts() -> CertificateFacts:
    return CertificateFacts(
        number="2026-0001",
        title=Text("스마트도시 인증서", "Smart City Certificate"),
        city=Text("대구광역시", "Daegu Metropolitan City"),
        object_type=ObjectType.CITY,
        programme=Text("2026년 시범인증", "Pilot certification 2026"),
        legal_effect=False,
        legal_basis=Text("「법」 제32조", "Act, article 32"),
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
