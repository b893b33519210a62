"""Everything people read of the process is there in Korean and in English."""

import re
from enum import StrEnum

import pytest

from dalgu.certification.process import words
from dalgu.certification.process.table import BY_NAME, event_kinds, tag_of
from dalgu.certification.process.titles.commands import COMMANDS
from dalgu.certification.process.titles.events import EVENTS
from dalgu.certification.process.titles.words import WORDS, title_of

HANGUL = re.compile("[가-힣]")
LISTS = [
    kind
    for kind in vars(words).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]
SAID_AS_THEY_ARE = {words.FileKind}  # pdf, png ...


def test_every_command_and_event_has_a_title():
    assert set(COMMANDS) == set(BY_NAME)
    assert set(EVENTS) == {tag_of(kind) for kind in event_kinds()}


@pytest.mark.parametrize("kind", [one for one in LISTS if one not in SAID_AS_THEY_ARE])
def test_every_word_has_a_title(kind):
    assert set(WORDS[kind]) == set(kind)
    assert all(title_of(word) is WORDS[kind][word] for word in kind)


def test_titles_are_korean_and_english():
    texts = [*COMMANDS.values(), *EVENTS.values()]
    texts += [text for titles in WORDS.values() for text in titles.values()]
    assert not [text for text in texts if not HANGUL.search(text.ko) or HANGUL.search(text.en)]


def test_commands_and_events_are_told_apart():
    assert len({text.ko for text in EVENTS.values()}) == len(EVENTS)
    assert len({text.en for text in COMMANDS.values()}) == len(COMMANDS)
