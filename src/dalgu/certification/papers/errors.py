"""What can keep a paper from being printed."""

from pathlib import Path

from dalgu.kernel.errors import PartNotInstalled


class FontsNotInstalled(PartNotInstalled):
    """The build brought no Korean font for papers."""

    slug = "fonts-not-installed"
    title = "The font of papers is not installed"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Papers need Nanum Gothic in '{folder}', which the build could not fetch. "
            "Install dalgu again with the npm registry in reach, as with: "
            "pip install --force-reinstall --no-deps dalgu.",
            folder=str(folder),
        )
