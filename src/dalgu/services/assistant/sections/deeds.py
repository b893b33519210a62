"""What is written of documents: every version of every section."""

import msgspec

from dalgu.services.assistant.sections.section import Section


class SectionSet(msgspec.Struct, frozen=True, tag="section-set"):
    """A section as it reads from now on."""

    section: Section


class SectionWithdrawn(msgspec.Struct, frozen=True, tag="section-withdrawn"):
    """A section that is not quoted any more; its versions stay in the book."""

    section: str


SectionDeed = SectionSet | SectionWithdrawn
