"""A test-bed district as it is written down: where it lies and which rules are tried there."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from dalgu.kernel.geo import Position
from dalgu.kernel.text import Text

DISTRICTS = Path(__file__).parent / "districts"


class TrialRule(msgspec.Struct, frozen=True):
    """A rule of the alarm room on trial."""

    name: str
    ko: str
    en: str
    why_ko: str
    why_en: str
    since: date

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def why(self) -> Text:
        """What it is to prove."""
        return Text(self.why_ko, self.why_en)


class Testbed(msgspec.Struct, frozen=True, kw_only=True):
    """One test-bed district."""

    name: str
    ko: str
    en: str
    owner_ko: str
    owner_en: str
    since: date
    district: str  # code of the district it lies in
    is_approximate: bool  # the outline is ours, not the authority's
    area: tuple[Position, ...]  # a closed ring, (lon, lat)
    layers: tuple[str, ...]
    rules: tuple[TrialRule, ...] = ()

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.ko, self.en)

    @property
    def owner(self) -> Text:
        """Who answers for it."""
        return Text(self.owner_ko, self.owner_en)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        lons, lats = [p[0] for p in self.area], [p[1] for p in self.area]
        return min(lons), min(lats), max(lons), max(lats)

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a position lies inside (even-odd rule)."""
        inside = False
        for (lon_a, lat_a), (lon_b, lat_b) in zip(self.area, self.area[1:], strict=False):
            if (lat_a > lat) != (lat_b > lat):
                at = lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a)
                inside ^= lon < at
        return inside


@cache
def load(folder: Path = DISTRICTS) -> dict[str, Testbed]:
    """Return the test beds of a folder, by name; a file that does not hold is refused."""
    return {file.stem: read(file) for file in sorted(folder.glob("*.toml"))}


def read(file: Path) -> Testbed:
    """Return the test bed of one file; raises `msgspec.ValidationError` where it does not hold."""
    told = tomllib.loads(file.read_text("utf-8"))
    return msgspec.convert({"name": file.stem, **told}, Testbed)
