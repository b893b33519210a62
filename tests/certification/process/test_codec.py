"""Commands come as JSON; entries of the log go to JSON and back."""

from datetime import UTC, datetime

import pytest

from dalgu.certification.process.acts.application import ReceiveFile, RequestSupplement
from dalgu.certification.process.acts.review import CaseOpened
from dalgu.certification.process.codec import command_of, decode, encode, schema_of
from dalgu.certification.process.errors import CommandInvalid, CommandUnknown
from dalgu.certification.process.table import (
    BY_KIND,
    BY_NAME,
    EDGES,
    SPECS,
    event_kinds,
    tag_of,
)
from dalgu.certification.process.words import ProgrammeRole, Stage


def test_a_command_is_read_by_its_name():
    body = '{"case": "a", "items": ["직인"], "due": "2026-06-12"}'.encode()
    found = command_of("request_supplement", body)
    assert isinstance(found, RequestSupplement)
    assert found.items == ("직인",)


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("request_supplement", b'{"case": 1}', "case"),
        ("request_supplement", b'{"case": "a", "items": ["x"]}', "due"),
        ("request_supplement", b'{"case": "a", "items": [], "due": "2026-06-12"}', "items"),
        ("request_supplement", b'{"case": "a", "items": ["x"], "due": "soon"}', "due"),
        ("request_supplement", b'{"case": "", "items": ["x"], "due": "2026-06-12"}', "case"),
        ("request_supplement", b'{"case": "a", "items": ["x"], "extra": 1}', "extra"),
        ("declare_score", b'{"case": "a", "measurements": {}, "levels": {"R1": 9}}', "levels[...]"),
        ("reveal_sample", b'{"case": "a", "secret": "5e"}', "secret"),
        ("reveal_sample", b"[]", "$"),
        ("reveal_sample", b'{"case": "a', "$"),
        ("reveal_sample", b"\xff", "$"),
        ("reveal_sample", b'{"command":' + b"[" * 100_000, "$"),
    ],
)
def test_an_invalid_command_names_the_field(name, body, field):
    with pytest.raises(CommandInvalid) as refused:
        command_of(name, body)
    assert refused.value.parts["field"] == field
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize("name", ["", "nothing", "receive_file", "access_refused"])
def test_unknown_and_internal_commands_are_not_taken(name):
    with pytest.raises(CommandUnknown):
        command_of(name, b"{}")
    with pytest.raises(CommandUnknown):
        schema_of(name)


def test_every_command_has_a_schema_for_forms():
    names = [spec.name for spec in SPECS if not spec.is_internal]
    assert all("$ref" in schema_of(name) for name in names)
    assert BY_KIND[ReceiveFile].is_internal


def test_an_entry_survives_the_log():
    at = datetime(2026, 6, 1, 1, 2, 3, tzinfo=UTC)
    event = CaseOpened(case="a", person="r1")
    entry = decode(7, encode(at, "r1", ProgrammeRole.REVIEWER, event), "ff")
    assert (entry.seq, entry.at, entry.by, entry.role, entry.event, entry.digest) == (
        7,
        at,
        "r1",
        ProgrammeRole.REVIEWER,
        event,
        "ff",
    )


def test_names_of_commands_and_events_are_all_different():
    names = [*BY_NAME, *(tag_of(kind) for kind in event_kinds())]
    assert len(names) == len(set(names)) == len(SPECS) + len(event_kinds())


def test_every_stage_has_its_edges():
    assert set(EDGES) == set(Stage)
