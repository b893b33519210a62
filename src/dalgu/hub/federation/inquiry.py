"""Asks sources what they hold; whatever goes wrong there becomes a warning (CIM 009 6.3.17)."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from dalgu.hub.context import Context
from dalgu.hub.errors import BadRequestData
from dalgu.hub.federation.courier import AnswerTooLarge, Courier, Forward, Origin, steering
from dalgu.hub.federation.errors import LoopDetected, SourceNotHolding, SourceSilent
from dalgu.hub.federation.matching import Match
from dalgu.hub.hosted import Contexts
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError

T = TypeVar("T")

Understand = Callable[[Match, JSON], T]
"""Makes something of what a source answered; raises where it cannot be what it should be."""


class Inquiry:
    """One request's questions to the sources, and what is to be told of the answers."""

    def __init__(self, courier: Courier, contexts: Contexts, origin: Origin) -> None:
        self._courier = courier
        self._contexts = contexts
        self._origin = origin
        self.warnings: list[str] = []
        self.linked: dict[str, str] = {}  # registration -> the map that its source followed
        self.cut: set[str] = set()  # registrations whose answer is a part of what there is (206)

    def reached(self, matches: list[Match], *operations: str) -> list[Match]:
        """Return the sources that offer one of the operations and are not where we came from."""
        offering = [one for one in matches if one.offers(*operations) is not None]
        for match in offering:
            if match.is_loop:
                self.warn(199, "Loop detected")
        return [one for one in offering if not one.is_loop]

    async def gather(
        self, forwards: Iterable[tuple[Match, Forward]], understand: Understand[T]
    ) -> list[tuple[Match, T]]:
        """Ask all sources at once; return what each of them that answered has to say."""
        asked = list(forwards)
        answers = await asyncio.gather(*(self.ask(*one, understand) for one in asked))
        pairs = zip((match for match, _ in asked), answers, strict=True)
        return [(match, found) for match, found in pairs if found is not None]

    async def ask(self, match: Match, forward: Forward, understand: Understand[T]) -> T | None:
        """Ask one source; None when it has nothing to say, or nothing that makes sense."""
        try:
            answer = await self._courier.send(match.registration, forward, self._origin)
            self.warnings += answer.warnings
            if answer.entity_map and forward.entity_map:
                self.linked[match.registration.id] = answer.entity_map
            if answer.status == 206:
                self.cut.add(match.registration.id)
            return understand(match, msgspec.json.decode(answer.body))
        except SourceNotHolding:
            return None
        except (SourceSilent, LoopDetected):
            self.warn(199, "No answer from a context source")
        except AnswerTooLarge:
            self.warn(111, "A context source answered too much")
        except (
            msgspec.DecodeError, UnicodeDecodeError, RecursionError,
            KeyError, TypeError, ValueError, AttributeError,
        ):  # fmt: skip
            self.warn(111, "A context source answered with no valid payload")
        except DalguError as refusal:
            is_invalid = isinstance(refusal, BadRequestData) or refusal.status == 504
            self.warn(111 if is_invalid else 299, "A context source answered with an error")
        return None

    def context_for(self, match: Match) -> Context:
        """Return the context in which a source is spoken to."""
        url = steering(match.registration, "jsonldContext")
        return self._origin.context if url is None else self._contexts.resolve(url)

    def context_of(self, match: Match, raw: JSON) -> Context:
        """Return the context of a document that a source answered."""
        inside = raw.get("@context") if isinstance(raw, dict) else None
        return self.context_for(match) if inside is None else self._contexts.resolve(inside)

    def now(self) -> datetime:
        """Return the instant that the hub's clock shows."""
        return self._courier.now()

    def warn(self, code: int, text: str) -> None:
        """Take note of what the client is to be warned of."""
        self.warnings.append(f'{code} {self._courier.alias} "{text}"')
