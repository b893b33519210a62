"""A form with a file, as browsers send it (RFC 7578), read from its bytes."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dalgu.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_PARTS = 20
LONGEST = 70  # of a boundary (RFC 2046, 5.1.1)


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
    """The fields of a form, and its one file with the name that it has at its owner's.

    `values` has all values of fields that come several times, `files` all files, in their order.
    """

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    file: bytes = b""
    values: dict[str, list[str]] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)


def read_form(content_type: str, body: bytes) -> Form:
    """Return the fields and the file of a form; raise `FormUnreadable`."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not 0 < len(options.get(b"boundary", b"")) <= LONGEST:
        raise FormUnreadable
    reading = _Reading()
    try:
        parser = MultipartParser(options[b"boundary"], reading.callbacks)
        parser.write(body)
    except FormParserError:
        raise FormUnreadable from None
    if not reading.is_whole:
        raise FormUnreadable
    return reading.form


class _Reading:
    """Puts a form together from what the parser tells."""

    def __init__(self) -> None:
        self.form, self.is_whole = Form(), False
        self._parts = 0
        self._header, self._value, self._content = bytearray(), bytearray(), bytearray()
        self._about = b""

    @property
    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._note,
            "on_part_data": lambda data, start, end: self._content.extend(data[start:end]),
            "on_part_end": self._take,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise FormUnreadable
        self._about = b""
        self._content = bytearray()

    def _note(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._about = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _take(self) -> None:
        from python_multipart.multipart import parse_options_header

        _, options = parse_options_header(self._about)
        if b"name" not in options:
            raise FormUnreadable
        if b"filename" not in options:
            name = options[b"name"].decode("utf-8", "replace")
            text = self._content.decode("utf-8", "replace")
            self.form.fields[name] = text
            self.form.values.setdefault(name, []).append(text)
            return
        # Some browsers tell the whole path; only the last part is the file's name.
        named = options[b"filename"].decode("utf-8", "replace")
        self.form.file_name = re.split(r"[\\/]", named)[-1]
        self.form.file = bytes(self._content)
        self.form.files.append(self.form.file)

    def _end(self) -> None:
        self.is_whole = True
