"""Themes: what the theme team does with opinions, and what is suggested to it.

A suggestion never touches an opinion that a person has put somewhere, nor a theme that a person
has named: the team's work stands.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from dalgu.access.actor import SYSTEM, Actor
from dalgu.korean.likeness import Likeness
from dalgu.korean.vectors import Vectors
from dalgu.services.citizens.roundtables.deeds import (
    Moved,
    ThemeMade,
    ThemeRenamed,
    ThemesMerged,
)
from dalgu.services.citizens.roundtables.hall import written
from dalgu.services.citizens.roundtables.ledger import Ledger, must_be
from dalgu.services.citizens.roundtables.plan import Stage
from dalgu.services.citizens.roundtables.refusals import ThemeNotExisting, ThemeStepInvalid
from dalgu.services.citizens.roundtables.state import Roundtable

LONGEST_TITLE = 80  # signs
MOST_THEMES = 200
LEAST_GROUP = 2  # opinions that make a theme worth suggesting
MOST_AT_ONCE = 1_500  # opinions compared with each other: some 2 s
TITLE_FROM = 40  # signs of the opinion that a suggested theme is headed by

ThemeDeed = ThemeMade | ThemeRenamed | ThemesMerged | Moved
Decided = Callable[[Roundtable], list[ThemeDeed]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Opinions that may belong together: under a theme that stands, or under a new heading."""

    opinions: tuple[str, ...]
    theme: str = ""
    title: str = ""


class Themes:
    """What is done at the theme desk."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def make(self, actor: Actor, number: int, title: str, opinions: Sequence[str]) -> str:
        """Begin a theme, perhaps with opinions that were elsewhere (a split); return its id."""
        heading = written(title, LONGEST_TITLE)

        def decide(one: Roundtable) -> list[ThemeDeed]:
            keys = _known(one, opinions)
            return [ThemeMade(number, _next_id(one), heading, keys)]

        entries = await self._write(actor, number, decide)
        return next(deed.theme for deed in entries if isinstance(deed, ThemeMade))

    async def rename(self, actor: Actor, number: int, theme: str, title: str) -> None:
        """Give a theme another heading."""
        heading = written(title, LONGEST_TITLE)

        def decide(one: Roundtable) -> list[ThemeDeed]:
            _standing(one, theme)
            return [ThemeRenamed(number, theme, heading)]

        await self._write(actor, number, decide)

    async def merge(self, actor: Actor, number: int, into: str, gone: Sequence[str]) -> None:
        """Put themes into one; what they were stays in the book."""

        def decide(one: Roundtable) -> list[ThemeDeed]:
            _standing(one, into)
            others = tuple(dict.fromkeys(theme for theme in gone if theme != into))
            for theme in others:
                _standing(one, theme)
            if not others:
                raise ThemeStepInvalid("other theme")
            return [ThemesMerged(number, into, others)]

        await self._write(actor, number, decide)

    async def move(self, actor: Actor, number: int, opinions: Sequence[str], theme: str) -> None:
        """Put opinions under a theme, or under none."""

        def decide(one: Roundtable) -> list[ThemeDeed]:
            if theme:
                _standing(one, theme)
            keys = _known(one, opinions)
            if not keys:
                raise ThemeStepInvalid("opinion")
            return [Moved(number, keys, theme)]

        await self._write(actor, number, decide)

    async def suggest(self, number: int) -> int:
        """Let likeness sort what no person has sorted; return how many opinions were placed."""
        found = await self.suggested(number)

        def decide(one: Roundtable) -> list[ThemeDeed]:
            noted: list[ThemeDeed] = []
            for wanted in found:
                keys = tuple(key for key in wanted.opinions if _is_free(one, key))
                if wanted.theme and keys and wanted.theme in _standing_ids(one):
                    noted.append(Moved(number, keys, wanted.theme, is_suggested=True))
                elif not wanted.theme and len(keys) >= LEAST_GROUP:
                    id = _next_id(one, len(noted))
                    noted.append(ThemeMade(number, id, wanted.title, keys, is_suggested=True))
            return noted

        done = await self._write(SYSTEM, number, decide)
        placed = (deed for deed in done if isinstance(deed, ThemeMade | Moved))
        return sum(len(deed.opinions) for deed in placed)

    async def suggested(self, number: int) -> list[Suggestion]:
        """Return where opinions under no theme may belong; changes nothing."""
        one = self._ledger.get(number)
        free = {o.key: o.text for o in one.unsorted() if not o.is_placed}
        free = dict(list(free.items())[:MOST_AT_ONCE])
        sorted_ = {o.key: o.theme for o in one.opinions.values() if o.theme}
        texts = {key: one.opinions[key].text for key in sorted_}
        room = MOST_THEMES - len(one.standing_themes())
        return await asyncio.to_thread(_suggest, free, texts, sorted_, room)

    async def _write(self, actor: Actor, number: int, decide: Decided) -> list[ThemeDeed]:
        def at_stage(one: Roundtable, at: datetime) -> Sequence[ThemeDeed]:
            must_be(one, Stage.LIVE)
            return decide(one)

        entries = await self._ledger.write(actor, number, at_stage, part="themes")
        return [entry.deed for entry in entries]


@cache
def sorting() -> tuple[Likeness, float, float]:
    """Return what compares opinions, and from which likeness they are of one theme, or near one.

    Opinions of one theme are less alike than texts that say the same; by words alone they are
    hardly so. Thresholds: the six themes of the demonstration, told apart best.
    """
    vectors = Vectors.installed()
    alike, near = (0.10, 0.20) if vectors is None else (0.25, 0.38)
    return Likeness(vectors), alike, near


def _suggest(
    free: dict[str, str],
    texts: dict[str, str],
    themes: dict[str, str],
    room: int,
) -> list[Suggestion]:
    """Return suggestions: first for themes that stand, then groups of what is left."""
    likeness, least, least_near = sorting()
    near: dict[str, list[str]] = {}
    for key, text in free.items():
        for other, alike in likeness.nearest(text, texts, 1):
            if alike >= least_near:
                near.setdefault(themes[other], []).append(key)
    placed = {key for keys in near.values() for key in keys}
    found = [Suggestion(tuple(keys), theme) for theme, keys in near.items()]
    left = [key for key in free if key not in placed]
    groups = likeness.clusters([free[key] for key in left], least=least)
    for group in groups[: max(room, 0)]:
        keys = [left[at] for at in group]
        if len(keys) >= LEAST_GROUP:
            found.append(Suggestion(tuple(keys), title=_title(likeness, keys, free)))
    return found


def _title(likeness: Likeness, keys: list[str], texts: dict[str, str]) -> str:
    """Return the beginning of the opinion that is most like all others of its group."""
    sums = likeness.between([texts[key] for key in keys]).sum(axis=1)
    whole = " ".join(texts[keys[int(sums.argmax())]].split())
    return whole if len(whole) <= TITLE_FROM else whole[: TITLE_FROM - 1].rstrip() + "…"


def _next_id(one: Roundtable, more: int = 0) -> str:
    return f"t{len(one.themes) + more + 1}"


def _standing_ids(one: Roundtable) -> set[str]:
    return {theme.id for theme in one.themes.values() if theme.is_standing}


def _standing(one: Roundtable, theme: str) -> None:
    if theme not in _standing_ids(one):
        raise ThemeNotExisting(theme)


def _known(one: Roundtable, opinions: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in opinions if key in one.opinions))


def _is_free(one: Roundtable, key: str) -> bool:
    opinion = one.opinions[key]
    return not opinion.theme and not opinion.is_placed
