"""A form with a file, as browsers send it (RFC 7578), read from its bytes."""

import re
from dataclasses import dataclass, field

from dalgu.kernel.errors import InvalidInput

_BOUNDARY = re.compile(r'boundary="?([^";]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(r'\bname="([^"]*)"')
_FILE = re.compile(r'\bfilename="([^"]*)"')
MOST_PARTS = 20


class FormUnreadable(InvalidInput):
    """A form with a file does not have the form that browsers send."""

    slug = "form-unreadable"
    title = "The form cannot be read"

    def __init__(self) -> None:
        super().__init__(
            f"The form must be multipart/form-data with a boundary and at most {MOST_PARTS} parts."
        )


@dataclass(slots=True)
class Form:
    """The fields of a form, and its one file with the name that it has at its owner's."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    file: bytes = b""


def read_form(content_type: str, body: bytes) -> Form:
    """Return the fields and the file of a form; raise `FormUnreadable`."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or not content_type.lower().startswith("multipart/form-data"):
        raise FormUnreadable
    limit = b"\r\n--" + boundary[1].encode("latin-1", "replace")
    parts = (b"\r\n" + body).split(limit)[1:]
    if len(parts) < 2 or len(parts) > MOST_PARTS or not parts[-1].startswith(b"--"):
        raise FormUnreadable
    form = Form()
    for part in parts[:-1]:
        _take(form, part)
    return form


def _take(form: Form, part: bytes) -> None:
    head, separator, content = part.partition(b"\r\n\r\n")
    told = head.decode("utf-8", "replace")
    name = _NAME.search(told)
    if not separator or name is None:
        raise FormUnreadable
    file = _FILE.search(told)
    if file is None:
        form.fields[name[1]] = content.decode("utf-8", "replace")
        return
    # Some browsers tell the whole path; only the last part is the file's name.
    form.file_name = re.split(r"[\\/]", file[1])[-1]
    form.file = content
