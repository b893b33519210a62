"""What the open data refuses."""

from dalgu.kernel.errors import NotExisting


class ExportFileNotExisting(NotExisting):
    """There is no such file of an export."""

    slug = "export-file-not-existing"
    title = "The file does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Open data '{name[:80]}' does not exist; the page of open data lists what there is.",
            name=name[:80],
        )
