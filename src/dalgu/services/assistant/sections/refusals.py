"""What the room of documents refuses."""

from dalgu.kernel.errors import InvalidInput, NotExisting


class SectionUnknown(NotExisting):
    """No document has this section, or it was withdrawn."""

    slug = "section-unknown"
    title = "The section does not exist"

    def __init__(self, section: str) -> None:
        super().__init__(f"Section '{section}' of the documents does not exist.", section=section)


class SectionExpired(NotExisting):
    """The section does not hold any more: it is never quoted."""

    slug = "section-expired"
    title = "The section does not hold any more"

    def __init__(self, section: str) -> None:
        super().__init__(
            f"Section '{section}' does not hold today, so the assistant quotes nothing from it. "
            "Its department has the rule that holds now.",
            section=section,
        )


class SectionIncomplete(InvalidInput):
    """A section lacks a part, or a part of it cannot be used."""

    slug = "section-incomplete"
    title = "The section is incomplete"

    def __init__(self, section: str, part: str) -> None:
        super().__init__(
            f"Part '{part}' of section '{section}' is empty, too long or invalid: an id of small "
            "letters, figures and hyphens, a Korean title and text, a department, a phone and "
            "dates as 2026-12-31 are required.",
            section=section,
            part=part,
        )


class DocumentUnreadable(InvalidInput):
    """A file of documents cannot be read."""

    slug = "document-unreadable"
    title = "The document cannot be read"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Document '{name}' cannot be read: {why}.", name=name, why=why)
