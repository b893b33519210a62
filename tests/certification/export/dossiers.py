"""A dossier of one model city, for the tests of the exports."""

from datetime import UTC, date, datetime

import msgspec

from dalgu.certification.export.dossier import Counted, Dossier, Entry, File, Total
from dalgu.certification.framework.loading import content_hash, load
from dalgu.certification.measurement import Maturity, Measurement, Method, Status
from dalgu.certification.plausibility import Finding, Outcome
from dalgu.kernel.text import Text

REFERENCE = datetime(2026, 6, 30, 15, 0, tzinfo=UTC)
SINCE, UNTIL = "2025-06-30T15:00:00Z", "2026-06-30T15:00:00Z"
DIGEST = "ab" * 32
QUERY = "/ngsi-ld/v1/entities?type=WaterMeter&q=isActive==true"


def measured(indicator, value, *, status=Status.MEASURED, points=None, most=0.0):
    """An entry with a value, and a value for each of its variables."""
    return Entry(
        indicator=indicator,
        measurement=Measurement(
            indicator=indicator.code,
            status=status,
            value=value,
            numerator=17.0,
            denominator=20.0,
            since=SINCE,
            until=UNTIL,
            coverage=0.75,
            method=Method.SEMIAUTOMATIC,
            snapshot=DIGEST,
        ),
        points=points,
        most=most,
        variables=tuple(
            Counted(name, one.name, one.unit, 17.0, (QUERY,), 20, "cd" * 32)
            for name, one in indicator.variables.items()
        ),
    )


def a_dossier(name="kr-scc-2021"):
    """All indicators of a framework: the first is measured, the second has no value."""
    framework = load(name)
    first, second, *_ = (one for one in framework.indicators if one.kind == "quantitative")
    given = {
        first.code: measured(first, 85.25, points=18.75, most=25.0),
        second.code: Entry(
            second,
            Measurement(second.code, Status.NOT_AVAILABLE),
            points=0.0,
            most=20.0,
            why=Text("값이 없다", "There is no value"),
        ),
    }
    for one in (one for one in framework.indicators if one.kind == "qualitative"):
        given[one.code] = Entry(
            one, maturity=Maturity(one.code, self_level=4, levels=(3, 3, 4)), level=3.0,
            points=30.0, most=50.0,
        )  # fmt: skip
        break
    return Dossier(
        framework=framework,
        content_hash=content_hash(framework),
        city="27000",
        city_name=Text("가상 도시", "Model City"),
        reference=REFERENCE,
        entries=tuple(given.get(one.code, Entry(one)) for one in framework.indicators),
        totals=(Total("total", Text("합계", "Total"), 48.75, 95.0, 48.75 / 95),),
        grade=Text("3등급", "Grade 3"),
        questions=(
            Finding(
                id=f"{first.code}#1",
                indicator=first.code,
                check="a <= b",
                outcome=Outcome.VIOLATED,
                severity="error",
                question=Text("많지 않은가?", "Are there too many?"),
                numbers={"a": 2.0, "b": None},
            ),
        ),
        files=(
            File(
                sha256="ef" * 32,
                title="=조례 제1234호",
                indicators=(first.code, second.code),
                issuer="가상 도시",
                dated=date(2025, 3, 2),
                pages="3-5",
                kind="ordinance",
            ),
        ),
    )


def without_files(dossier):
    """The same dossier before anything was handed in."""
    return msgspec.structs.replace(dossier, files=())
