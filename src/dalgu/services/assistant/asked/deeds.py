"""What is written of questions: the kind of reply, and the masked words of those unanswered."""

import msgspec


class Questioned(msgspec.Struct, frozen=True, tag="questioned"):
    """A question was asked. `text` is kept only where no section answered."""

    kind: str
    language: str
    section: str = ""
    text: str = ""


class Settled(msgspec.Struct, frozen=True, tag="settled"):
    """Somebody looked after unanswered questions, by their numbers in the book."""

    questions: tuple[int, ...]
    section: str = ""  # that answers them from now on


AskedDeed = Questioned | Settled
