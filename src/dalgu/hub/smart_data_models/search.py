"""Finding a model by words: those of its name count most, those of its description least."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from dalgu.hub.smart_data_models.catalogue import Catalogue, Model, catalogue
from dalgu.hub.smart_data_models.korean import english

MAX_WORDS = 8  # of a question; the rest says nothing new
MAX_WORD_LENGTH = 40
WHOLE_NAME, WORD, PART_OF_WORD = 3.0, 1.0, 0.5  # how well a word is met …
NAME, SUBJECT, TAG, ATTRIBUTE, DESCRIPTION = 10.0, 6.0, 4.0, 2.0, 1.0  # … and where
MEANT = 3  # words offered in place of one that no model has
RICH = 60  # attributes of a model that says a lot
MIN_PART = 3  # signs of a word that may stand for a longer one

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A model that has the words, the best first, and the attributes that have them."""

    model: Model
    score: float
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gives: models, or words that were perhaps meant."""

    found: tuple[Found, ...]
    meant: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """Return the words of a text or of a name in camel case, in small letters and singular.

    >>> words_of("OffStreetParking spots")
    ['off', 'street', 'parking', 'spot']
    """
    return [_singular(one.lower()) for one in _WORDS.findall(text)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > MIN_PART and word[-1] == "s" and word[-2] != "s" else word


@dataclass(frozen=True, slots=True)
class _Entry:
    """The words of one model by where they stand."""

    model: Model
    name: str
    places: tuple[tuple[float, frozenset[str]], ...]
    attributes: tuple[tuple[str, frozenset[str]], ...]


class Searching:
    """A catalogue made ready for search."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._entries = [_entry(model) for model in catalogue.models]
        self._known = sorted({w for one in self._entries for _, words in one.places for w in words})

    def search(self, question: str, *, limit: int = 20) -> Answer:
        """Return the models that have every word of a question, else those that have some.

        Examples
        --------
        >>> ready().search("주차").found[0].model.subject
        'dataModel.Parking'

        """
        groups = asked(question)
        if not groups:
            return Answer(())
        scored = [(_score(entry, groups), entry) for entry in self._entries]
        most = max(met for (met, _), _ in scored)
        if most == 0:
            return Answer((), self._meant(groups))
        best = sorted(
            ((score, entry) for (met, score), entry in scored if met == most),
            key=lambda pair: (-pair[0], pair[1].model.name, pair[1].model.subject),
        )
        return Answer(
            tuple(
                Found(entry.model, round(score, 2), _attributes(entry, groups))
                for score, entry in best[:limit]
            )
        )

    def _meant(self, groups: list[list[str]]) -> tuple[str, ...]:
        near = [
            one
            for group in groups
            for word in group
            for one in get_close_matches(word, self._known, n=MEANT, cutoff=0.7)
        ]
        return tuple(dict.fromkeys(near))


@lru_cache(maxsize=1)
def ready() -> Searching:
    """Return the models that ship with the package, made ready for search once."""
    return Searching(catalogue())


def asked(question: str) -> list[list[str]]:
    """Return the words of a question; a Korean one stands for the English ones together."""
    given = [one[:MAX_WORD_LENGTH] for one in question.split()[:MAX_WORDS]]
    groups = [words_of(english(one)) for one in given]
    return [group for group in groups if group]


def _entry(model: Model) -> _Entry:
    attributes = tuple((one.name, frozenset(words_of(one.name))) for one in model.attributes)
    places = (
        (NAME, frozenset(words_of(model.name))),
        (SUBJECT, frozenset(words_of(model.subject.partition(".")[2]))),
        (TAG, frozenset(words_of(f"{model.tags} {' '.join(model.domains)}"))),
        (ATTRIBUTE, frozenset().union(*(words for _, words in attributes))),
        (DESCRIPTION, frozenset(words_of(model.description))),
    )
    return _Entry(model, model.name.lower(), places, attributes)


def _score(entry: _Entry, groups: list[list[str]]) -> tuple[int, float]:
    """Return how many words of a question a model has, and how well."""
    met, total = 0, 0.0
    for group in groups:
        scores = [_word_score(entry, word) for word in group]
        met += min(scores) > 0
        total += sum(scores) / len(scores)
    if "".join(word for group in groups for word in group) == _singular(entry.name):
        total += WHOLE_NAME * NAME
    share = len(groups) / max(len(entry.places[0][1]), 1)  # a shorter name says it more plainly
    richness = min(len(entry.attributes), RICH) / RICH / 2  # among equals, what says more
    return met, total + min(share, 1.0) + richness


def _word_score(entry: _Entry, word: str) -> float:
    score = 0.0
    for weight, words in entry.places:
        if word in words:
            score += WORD * weight
        elif len(word) >= MIN_PART and any(one.startswith(word) for one in words):
            score += PART_OF_WORD * weight
    return score


def _attributes(entry: _Entry, groups: list[list[str]]) -> tuple[str, ...]:
    asked_for = {word for group in groups for word in group}
    return tuple(name for name, words in entry.attributes if words & asked_for)
