"""Hands on what the last assessment said, in the form that another system reads."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from dalgu.app.commands.opening import city
from dalgu.app.platform import Platform
from dalgu.certification.certification import Certification
from dalgu.certification.export import cccev, kpi
from dalgu.certification.export.dossier import Dossier
from dalgu.certification.export.gathering import Subject, dossier_of
from dalgu.certification.export.workbook import workbook
from dalgu.certification.measuring.evidence import Snapshot
from dalgu.certification.plausibility import Finding
from dalgu.certification.scorecard import Scorecard
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Language

PATH = "/certification/"  # under the city's address: what the exported things are named by


class Format(StrEnum):
    """A form of the result."""

    CCCEV = "cccev"  # JSON-LD
    XLSX = "xlsx"
    KPI = "kpi"  # FIWARE entities, JSON


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which framework is exported, and how; an official result is that of a frozen reference."""

    framework: str
    form: Format
    language: Language = "ko"  # of a workbook
    official: bool = False


async def export(settings: Settings, wanted: Wanted) -> bytes:
    """Return the file of an export.

    Raises
    ------
    FrameworkNotExisting
        When the city has no such framework.
    EvidenceAltered
        When kept evidence is not what was frozen.
    """
    async with city(settings) as platform:
        dossier = await gathered(platform, wanted)
    address = (settings.public_url or "urn:dalgu").rstrip("/")
    match wanted.form:
        case Format.CCCEV:
            return _json(cccev.document(dossier, base=f"{address}{PATH}"))
        case Format.KPI:
            return _json(kpi.documents(dossier, source=address))
        case Format.XLSX:
            return workbook(dossier, wanted.language)


async def questions(settings: Settings, framework: str) -> list[Finding]:
    """Return what a verifier would ask about the last values; raise `FrameworkNotExisting`."""
    async with city(settings) as platform:
        return list((await gathered(platform, Wanted(framework, Format.XLSX))).questions)


async def gathered(platform: Platform, wanted: Wanted) -> Dossier:
    """Return the dossier of the last assessment of a running city."""
    certification = platform.certification
    card = await certification.scorecard(wanted.framework, official=wanted.official)
    subject = Subject(
        city=platform.city.id,
        name=platform.city.name,
        reference=card.measured_at or platform.clock.now(),
    )
    return dossier_of(card, await snapshots(certification, card), subject)


async def snapshots(certification: Certification, card: Scorecard) -> dict[str, Snapshot]:
    """Return the evidence behind each measured indicator, by its code."""
    return {
        one.indicator.code: await certification.evidence(one.measured.snapshot)
        for one in card.standings
        if one.measured is not None and one.measured.snapshot
    }


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2)
