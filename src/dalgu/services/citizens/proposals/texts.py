"""How long the texts of proposals may be."""

from dalgu.services.citizens.proposals.refusals import FieldNeeded

LONGEST_TITLE, LONGEST_TEXT, LONGEST_COMMENT, LONGEST_REASON = 80, 5_000, 1_000, 2_000  # letters


def needed(field: str, text: str, *, most: int = LONGEST_REASON) -> str:
    """Return a text that a step takes; raise `FieldNeeded` where it is empty or too long."""
    written = text.strip()
    if not written or len(written) > most:
        raise FieldNeeded(field, f"have 1 to {most} letters")
    return written
