"""A section of a document: what the assistant may quote, with all that a citation names."""

from datetime import date

import msgspec

from dalgu.kernel.text import Text

NOWHERE = Text("", "")


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One matter that a department answers for. English texts may be empty."""

    id: str
    document: str  # of a topic: sections of one department's document belong together
    department: Text
    phone: str
    title: Text
    text: Text
    keywords: tuple[str, ...] = ()  # how people say it
    valid_from: date | None = None
    valid_to: date | None = None  # the last day
    service_code: str = ""  # of the type of request it leads to

    def holds(self, day: date) -> bool:
        """Tell whether the section may be quoted on a day."""
        return (self.valid_from is None or self.valid_from <= day) and not self.is_past(day)

    def is_past(self, day: date) -> bool:
        """Tell whether its last day lies before a day."""
        return self.valid_to is not None and self.valid_to < day

    @property
    def read(self) -> str:
        """The Korean text that questions are compared with: what it is about weighs double."""
        names = f"{self.title.ko}. {', '.join(self.keywords)}."
        return f"{names}\n{names}\n{self.text.ko}"

    @property
    def read_en(self) -> str:
        """The English text that questions are compared with."""
        return f"{self.title.en}. {self.title.en}. {self.text.en}"
