"""A city's profile: all that its sheet stands on, as a file that another city can read.

The JSON form has the fields of `CityProfile`. `definitions` holds a digest of each indicator as it
was defined when the city was measured; texts other than the rubric's are left out of it, so that
a corrected word does not part two cities.
"""

import hashlib
from typing import Literal

import msgspec

from dalgu.certification.comparison.errors import ProfileInvalid
from dalgu.certification.framework.loading import content_hash
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.measurement import Maturity, Measurement
from dalgu.certification.scoring.basis import Basis
from dalgu.kernel.text import Text

_NO_TEXT = Text("", "")


class CityProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One city under one framework at one reference date."""

    city: str  # its code
    name: Text
    city_type: str
    framework: str
    framework_hash: str
    definitions: dict[str, str]
    measurements: list[Measurement]
    maturities: list[Maturity]
    not_applicable: list[str] = []
    rejected: list[str] = []
    reference_date: str = ""  # ISO 8601
    legal_effect: bool = False  # of a decided certification; else it is the city's own reckoning
    form: Literal["dalgu-city-profile/1"] = "dalgu-city-profile/1"

    @property
    def basis(self) -> Basis:
        """What its sheet stands on."""
        return Basis(
            self.city_type,
            {one.indicator: one for one in self.measurements},
            {one.indicator: one for one in self.maturities},
            self.not_applicable,
            rejected=self.rejected,
        )


def profile(  # noqa: PLR0913 - the fields of a profile
    framework: Framework,
    city: str,
    name: Text,
    basis: Basis,
    *,
    reference_date: str = "",
    legal_effect: bool = False,
) -> CityProfile:
    """Return the profile of a city, bound to the framework that it was measured by."""
    return CityProfile(
        city=city,
        name=name,
        city_type=basis.city_type,
        framework=framework.name,
        framework_hash=content_hash(framework),
        definitions={one.code: definition(one) for one in framework.indicators},
        measurements=[basis.measurements[code] for code in sorted(basis.measurements)],
        maturities=[basis.maturities[code] for code in sorted(basis.maturities)],
        not_applicable=sorted(basis.not_applicable),
        rejected=sorted(basis.rejected),
        reference_date=reference_date,
        legal_effect=legal_effect,
    )


def write_profile(city: CityProfile) -> bytes:
    """Return a profile as JSON for people to read, the same bytes for the same profile."""
    return msgspec.json.format(msgspec.json.encode(city, order="deterministic")) + b"\n"


def read_profile(body: bytes, file: str) -> CityProfile:
    """Return the profile of a file; raise `ProfileInvalid`."""
    try:
        return msgspec.json.decode(body, type=CityProfile)
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        raise ProfileInvalid(file, str(broken)) from None


def definition(indicator: Indicator) -> str:
    """Return the digest of all of an indicator that bears on its points, the rubric included."""
    bare = msgspec.structs.replace(
        indicator,
        name=_NO_TEXT,
        description=_NO_TEXT,
        unit=_NO_TEXT,
        review_guide=_NO_TEXT,
        official_status="reconstructed",
        provenance="",
        crosswalk=[],
        sdg=[],
        tags=[],
        reconstructed=[],
        plausibility=[],
        variables={
            name: msgspec.structs.replace(one, name=_NO_TEXT)
            for name, one in indicator.variables.items()
        },
    )
    return hashlib.sha256(msgspec.json.encode(bare, order="deterministic")).hexdigest()


def measured_alike(one: Indicator, other: Indicator) -> bool:
    """Tell whether two indicators measure the same, whatever points each gives for it."""
    return definition(_without_points(one)) == definition(_without_points(other))


def differing(framework: Framework, city: CityProfile) -> tuple[str, ...]:
    """Return the codes of the indicators that a city measured by another definition."""
    if city.framework_hash == content_hash(framework):
        return ()
    ours = {one.code: definition(one) for one in framework.indicators}
    theirs = city.definitions
    return tuple(sorted(code for code in {*ours, *theirs} if ours.get(code) != theirs.get(code)))


def _without_points(indicator: Indicator) -> Indicator:
    return msgspec.structs.replace(
        indicator, points=0.0, points_of={}, goalposts={}, code="", item="", rubric=""
    )
