"""Why a register, a mapping or a whole file cannot be used; a single row has reasons of its own."""

from enum import Enum

from dalgu.kernel.errors import InvalidInput, NotExisting, TooLarge
from dalgu.kernel.text import Text

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


class Unfit(Enum):
    """Why a file is no table that a register can be filled from."""

    EMPTY = Text("비어 있습니다", "it is empty")
    UNREADABLE = Text("열 수 없습니다", "it cannot be read")
    OLD_OFFICE = Text(
        "옛 오피스 형식입니다. .xlsx로 저장해 주십시오",
        "it is an old binary office file; save it as .xlsx",
    )
    PDF = Text("PDF입니다", "it is a PDF")
    NO_TEXT = Text(
        "UTF-8이나 CP949 글자 파일도, 통합 문서도 아닙니다",
        "it is no text in UTF-8 or CP949, and no workbook",
    )
    NO_CSV = Text("CSV가 아닌 줄이 있습니다", "it has a line that is no CSV")
    NO_JSON = Text("객체 배열로 된 JSON이 아닙니다", "it is no JSON array of objects")
    NO_WORKBOOK = Text("통합 문서가 없는 압축 파일입니다", "it is an archive without a workbook")
    BROKEN_WORKBOOK = Text("깨진 통합 문서입니다", "it is a broken workbook")
    ENTITIES = Text("XML에 엔티티 선언이 있습니다", "its XML declares entities")
    NO_SHEET = Text("그런 시트가 없습니다", "it does not have the named sheet")


class RegisterFileUnfit(InvalidInput):
    """A file is no table that a register can be filled from."""

    slug = "register-file-unfit"
    title = "The file is no table"

    def __init__(self, file: str, flaw: Unfit, detail: str = "") -> None:
        more = f" ({detail[:SHOWN_CHARACTERS]})" if detail else ""
        super().__init__(
            f"File '{file[:SHOWN_CHARACTERS]}' cannot fill a register: {flaw.value.en}{more}. "
            "Send CSV, XLSX or JSON; 'dalgu registers template' makes a blank one.",
            file=file[:SHOWN_CHARACTERS],
            reason=flaw.value.en,
            reason_ko=flaw.value.ko,
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
