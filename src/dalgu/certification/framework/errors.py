"""What can be wrong with an official indicator table and with taking it in."""

from pathlib import Path

from dalgu.kernel.errors import AlreadyExisting, InvalidInput, TooLarge


class TableUnreadable(InvalidInput):
    """An indicator table is neither readable CSV nor readable XLSX."""

    slug = "indicator-table-unreadable"
    title = "The indicator table cannot be read"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"Indicator table '{file}' cannot be read: {reason}. Save it as XLSX, or as CSV in "
            "UTF-8 or CP949, with one header row.",
            file=file,
            reason=reason,
        )


class TableTooLarge(TooLarge):
    """An indicator table is larger than any framework."""

    slug = "indicator-table-too-large"
    title = "The indicator table is too large"

    def __init__(self, file: str, got: int, most: int, unit: str) -> None:
        super().__init__(
            f"Indicator table '{file}' has {got} {unit}; at most {most} are read. "
            "Give the sheet of the indicators alone.",
            file=file,
            got=got,
            most=most,
        )


class TableColumnAbsent(InvalidInput):
    """An indicator table has no column for something that every row must state."""

    slug = "indicator-table-column-absent"
    title = "The indicator table lacks a column"

    def __init__(self, file: str, column: str, headers: tuple[str, ...]) -> None:
        super().__init__(
            f"Indicator table '{file}' has no column for '{column}'. Its headers are "
            f"{', '.join(headers) or 'empty'}. Name the column in a mapping file: "
            f'[columns] {column} = "header".',
            file=file,
            column=column,
        )


class TableMappingInvalid(InvalidInput):
    """A mapping of table headers breaks its own form."""

    slug = "indicator-table-mapping-invalid"
    title = "The mapping of the table is invalid"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"Mapping '{file}' is invalid: {reason}. It has [columns] (our field = header), "
            "[words] (word of the table = our word), and may have sheet, header_row and encoding.",
            file=file,
            reason=reason,
        )


class FrameworkNameInvalid(InvalidInput):
    """A framework's name is no plain word with its year, as kr-scc-2026."""

    slug = "framework-name-invalid"
    title = "The name of the framework is invalid"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Framework name '{name}' is invalid: small letters, digits and hyphens are taken, "
            "beginning with a letter, 60 at most, as in kr-scc-2026.",
            framework=name,
        )


class FrameworkExisting(AlreadyExisting):
    """A framework of this name exists; frameworks are versions and never overwritten."""

    slug = "framework-existing"
    title = "The framework already exists"

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(
            f"Framework '{name}' already exists in '{folder}'. Import under another name: what a "
            "call has used must stay as it was.",
            framework=name,
            folder=str(folder),
        )


class FolderNotNamed(InvalidInput):
    """A framework is to be written, and no folder of the city is named."""

    slug = "framework-folder-not-named"
    title = "The folder of the frameworks is not named"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Framework '{name}' has no folder to lie in. Name the city's data folder with --data.",
            framework=name,
        )


class NothingToImport(InvalidInput):
    """No row of an indicator table could be taken in."""

    slug = "indicator-table-without-rows"
    title = "No row of the table can be used"

    def __init__(self, file: str, rejected: int) -> None:
        super().__init__(
            f"Indicator table '{file}' has no row that can be used; {rejected} were rejected. "
            "The report names row and column of each.",
            file=file,
            rejected=rejected,
        )
