"""What a city asks of its score: of the running city, or of a profile that somebody sent."""

from pathlib import Path

from dalgu.certification.comparison.compare import Entrant
from dalgu.certification.comparison.errors import ProfileInvalid
from dalgu.certification.comparison.profile import read_profile
from dalgu.certification.framework.shelf import Shelf
from dalgu.kernel.settings import Settings

LARGEST_PROFILE = 8_000_000  # bytes; one of 91 indicators has some 40,000


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
    city = read_profile(file.read_bytes(), file.name)
    return city, Shelf.of_city(settings.data_path).framework(city.framework)
