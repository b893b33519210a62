"""What a city asks of its score: of the running city, or of a profile that somebody sent."""

from pathlib import Path

from dalgu.app.commands.opening import city
from dalgu.certification.comparison.compare import Entrant
from dalgu.certification.comparison.errors import ProfileInvalid
from dalgu.certification.comparison.profile import profile, read_profile
from dalgu.certification.framework.shelf import Shelf
from dalgu.kernel.settings import Settings

LARGEST_PROFILE = 8_000_000  # bytes; one of 91 indicators has some 40,000


async def of_city(settings: Settings, framework: str, *, official: bool) -> Entrant:
    """Return this city as it was measured last, and the framework it was measured by.

    Raises
    ------
    CityNotInFolder, FrameworkNotExisting
        When there is no city, or it does not have the framework.
    """
    async with city(settings) as platform:
        card = await platform.certification.scorecard(framework, official=official)
        measured_at = "" if card.measured_at is None else card.measured_at.isoformat()
        told = profile(
            card.framework,
            platform.city.id,
            platform.city.name,
            card.basis,
            reference_date=measured_at,
        )
        return told, card.framework


def of_file(settings: Settings, file: Path) -> Entrant:
    """Return the city of a profile file, and the framework that it names.

    Raises
    ------
    ProfileInvalid
        When the file holds no profile.
    FrameworkNotExisting
        When this city does not have the framework.
    """
    if file.stat().st_size > LARGEST_PROFILE:
        raise ProfileInvalid(file.name, f"it has more than {LARGEST_PROFILE:,} bytes")
    told = read_profile(file.read_bytes(), file.name)
    return told, Shelf.of_city(settings.data_path).framework(told.framework)
