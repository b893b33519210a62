"""Why a register, a mapping or a whole file cannot be used; a single row has reasons of its own."""

from dalgu.kernel.errors import InvalidInput, NotExisting, TooLarge

SHOWN_CHARACTERS = 120  # of foreign text in an error sentence
SHOWN_NAMES = 20


class RegisterUnknown(NotExisting):
    """No register of that name is declared."""

    slug = "register-unknown"
    title = "The register does not exist"

    def __init__(self, register: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Register '{register[:SHOWN_CHARACTERS]}' does not exist; known are "
            f"{', '.join(known)}.",
            register=register[:SHOWN_CHARACTERS],
        )


class RegisterInvalid(InvalidInput):
    """The declaration of a register cannot be used as it is."""

    slug = "register-invalid"
    title = "The declaration of the register is invalid"

    def __init__(self, register: str, key: str, reason: str) -> None:
        super().__init__(
            f"Key '{key}' of register '{register}' is invalid: {reason}.",
            register=register,
            key=key,
        )


class RegisterMapInvalid(InvalidInput):
    """A mapping of a file's own headers cannot be used; `key` names the place."""

    slug = "register-map-invalid"
    title = "The mapping of the register file is invalid"

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"Key '{key}' of the mapping is invalid: {reason}.", key=key)


class RegisterFileUnfit(InvalidInput):
    """A file is no table that a register can be filled from."""

    slug = "register-file-unfit"
    title = "The file is no table"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"File '{file[:SHOWN_CHARACTERS]}' cannot fill a register: {reason}. "
            "Send CSV, XLSX or JSON; 'dalgu registers template' makes a blank one.",
            file=file[:SHOWN_CHARACTERS],
            reason=reason,
        )


class RegisterFileTooLarge(TooLarge):
    """A file passes what one import of a register takes."""

    slug = "register-file-too-large"
    title = "The register file is too large"

    def __init__(self, file: str, what: str, limit: int) -> None:
        super().__init__(
            f"File '{file[:SHOWN_CHARACTERS]}' has more {what} than the limit of {limit:,}. "
            "Send it in parts.",
            file=file[:SHOWN_CHARACTERS],
            what=what,
            limit=limit,
        )


class FormulaInFile(InvalidInput):
    """A cell holds a formula: what it shows depends on the program that opens it."""

    slug = "register-file-formula"
    title = "The file holds a formula"

    def __init__(self, file: str, cell: str) -> None:
        super().__init__(
            f"Cell {cell} of file '{file[:SHOWN_CHARACTERS]}' holds a formula. "
            "Put values in place of formulas (copy, then paste values) and send it again.",
            file=file[:SHOWN_CHARACTERS],
            cell=cell,
        )


class HeaderLacksColumns(InvalidInput):
    """A file's header does not name every column that the register requires."""

    slug = "register-header-incomplete"
    title = "The header lacks required columns"

    def __init__(
        self, register: str, missing: tuple[str, ...], found: tuple[str, ...] = ()
    ) -> None:
        missed = ", ".join(missing)
        shown = ", ".join(name[:40] for name in found[:SHOWN_NAMES])
        super().__init__(
            f"The header lacks columns that register '{register}' requires: {missed}. "
            f"The file has: {shown}. Rename them, or give a mapping.",
            register=register,
            missing=missed,
        )


class ReportFormUnknown(InvalidInput):
    """A report or template is asked for in a form that does not exist."""

    slug = "register-form-unknown"
    title = "The file form does not exist"

    def __init__(self, form: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"File form '{form[:SHOWN_CHARACTERS]}' does not exist; use one of {', '.join(known)}.",
            form=form[:SHOWN_CHARACTERS],
        )
