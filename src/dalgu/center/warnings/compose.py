"""From what an operator filled in to a CAP message in Korean and English."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dalgu.center.warnings.cap.message import Alert, Area, Info, Pair, Reference
from dalgu.center.warnings.cap.shapes import circle_text, polygon_text
from dalgu.center.warnings.cap.words import Kind, Status, Version
from dalgu.center.warnings.content import Content, Hazard, Shape, hazards
from dalgu.center.warnings.cover import Covered, geometry, name_of
from dalgu.center.warnings.office import Office
from dalgu.cities import City
from dalgu.kernel.clock import local
from dalgu.kernel.text import LANGUAGES, Language

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

TAGS = {"ko": "ko-KR", "en": "en-US"}
DONG_CODES = "kr-adm-dong"  # valueName of our geocodes: codes of administrative dongs
CELL = "dalgu-cell-broadcast"  # valueName of the short text for phones
SIMPLER_DEG = 0.00002  # about 2 m: a dong's border has a corner every few steps


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message is to those before it."""

    identifier: str
    at: datetime
    kind: Kind = Kind.ALERT
    references: Sequence[Reference] = ()
    incidents: str | None = None


def stamp(at: datetime) -> str:
    """Return an instant as CAP writes it: to the second, with the city's offset."""
    return local(at).replace(microsecond=0).isoformat()


def identifier_of(city: City, at: datetime, number: int, version: int) -> str:
    """Return the identifier of a message: city, day, warning and which message about it."""
    return f"{city.id.upper()}-{local(at):%Y%m%d}-{number:05d}-{version:02d}"


def compose(
    city: City, office: Office, content: Content, covered: Covered, envelope: Envelope
) -> Alert:
    """Return the message of CAP 1.2; place and end are the same in both languages."""
    areas = {language: _area(city, content, covered, language) for language in LANGUAGES}
    is_exercise = content.is_exercise
    return Alert(
        version=Version.CAP12,
        identifier=envelope.identifier,
        sender=office.sender,
        sent=stamp(envelope.at),
        status=Status.EXERCISE if is_exercise else Status.ACTUAL,
        kind=envelope.kind,
        scope="Public",
        # 3.2.1 status: an exercise SHOULD say which one it is in the note.
        note="훈련입니다. 실제 상황이 아닙니다. / This is an exercise." if is_exercise else None,
        references=" ".join(map(str, envelope.references)) or None,
        incidents=envelope.incidents,
        infos=tuple(
            _info(office, content, envelope, areas[language], language) for language in LANGUAGES
        ),
    )


def _info(
    office: Office, content: Content, envelope: Envelope, area: Area, language: Language
) -> Info:
    hazard, is_over = hazards()[content.hazard], envelope.kind is Kind.CANCEL
    words = content.ko if language == "ko" else content.en
    return Info(
        language=TAGS[language],
        categories=(hazard.category,),
        event=hazard.event.say(language),
        response_types=("AllClear",) if is_over else (hazard.response,),
        urgency="Past" if is_over else content.urgency,
        severity=content.severity,
        certainty=content.certainty,
        effective=stamp(envelope.at),
        expires=stamp(envelope.at + timedelta(hours=content.hours)),
        sender_name=office.name_ko if language == "ko" else office.name_en,
        headline=words.headline,
        description=words.description,
        instruction=words.instruction or None,
        contact=office.contact or None,
        parameters=(Pair(CELL, words.cell),) if words.cell else (),
        areas=(area,),
    )


def _area(city: City, content: Content, covered: Covered, language: Language) -> Area:
    where = content.where
    is_round = where.shape is Shape.CIRCLE and where.centre is not None
    shape = None if is_round else geometry(city, where)
    return Area(
        area_desc=name_of(city, covered.parts).say(language),
        polygons=() if shape is None else tuple(polygon_text(ring) for ring in _rings(shape)),
        circles=(circle_text(where.centre, where.radius_km),) if is_round and where.centre else (),
        geocodes=tuple(
            Pair(DONG_CODES, part.dong.code) for part in covered.parts if part.share == 1.0
        ),
    )


def _rings(shape: "BaseGeometry") -> list[list[tuple[float, float]]]:
    """Return the outer borders: CAP knows no holes, so what lies in one is warned too."""
    simple = shape.simplify(SIMPLER_DEG)
    polygons = getattr(simple, "geoms", [simple])
    return [[(x, y) for x, y, *_ in one.exterior.coords] for one in polygons if one.area > 0]


def hazard_of(content: Content) -> Hazard:
    """Return the kind of danger of a warning."""
    return hazards()[content.hazard]
