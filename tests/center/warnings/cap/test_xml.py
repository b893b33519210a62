"""What comes from outside cannot hurt: bombs, files, depth, length, encodings, noise."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.feeds import read_feed
from dalgu.center.warnings.cap.reading import read
from dalgu.center.warnings.cap.rules import CapRefused, Rule
from dalgu.center.warnings.cap.xml import MOST_BYTES, parse

HEAD = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
WHOLE = HEAD + (
    b"<identifier>D-1</identifier><sender>city@daegu.example</sender>"
    b"<sent>2026-11-29T12:00:00+09:00</sent><status>Actual</status><msgType>Alert</msgType>"
    b"<scope>Public</scope></alert>"
)


def refused_by(body):
    with pytest.raises(CapRefused) as refused:
        read(body)
    return refused.value.breaches[0].rule


BOMB = b"<!DOCTYPE alert [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB + b"]>",
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/evil.dtd">',
        b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE alert [<!ATTLIST alert lang CDATA "&x;">]>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- <alert/> --><!DOCTYPE alert>',
        b'<?pi <alert/> ?><!DOCTYPE alert [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>',
    ],
)
def test_a_document_type_is_refused_before_it_is_read(head):
    assert refused_by(head + WHOLE) is Rule.DOCTYPE


def test_a_document_type_as_text_is_text():
    said = WHOLE.replace(b"D-1", b"<![CDATA[D-1<!DOCTYPE>]]>")
    assert read(said).identifier == "D-1<!DOCTYPE>"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037"])
def test_encodings_that_could_hide_something_are_refused(encoding):
    assert refused_by(WHOLE.decode().encode(encoding)) in (Rule.ENCODING, Rule.WELL_FORMED)


def test_a_declared_encoding_that_is_not_taken_is_refused():
    assert refused_by(b'<?xml version="1.0" encoding="UTF-7"?>' + WHOLE) is Rule.ENCODING


def test_a_hundred_megabytes_are_refused_by_their_length():
    assert refused_by(WHOLE + b" " * (100 * 2**20)) is Rule.SIZE
    assert len(WHOLE) < MOST_BYTES


def test_ten_thousand_elements_inside_each_other_are_refused():
    deep = HEAD + b"<note>" * 10_000 + b"</note>" * 10_000 + b"</alert>"
    assert refused_by(deep) is Rule.WELL_FORMED


def test_an_entity_of_html_is_named_as_one():
    assert refused_by(WHOLE.replace(b"D-1", b"D-1&nbsp;")) is Rule.ENTITY


def test_a_hundred_thousand_unknown_elements_are_refused_and_few_told():
    with pytest.raises(CapRefused) as refused:
        read(WHOLE.replace(b"</alert>", b"<x/>" * 100_000 + b"</alert>"))
    assert refused.value.breaches[0].rule is Rule.UNKNOWN_ELEMENT
    assert len(refused.value.breaches) <= 100


@settings(max_examples=150, deadline=None)
@given(noise=st.binary(max_size=400))
def test_noise_is_refused_and_nothing_worse(noise):
    for taken in (parse, read_feed, read):
        with contextlib.suppress(CapRefused):
            taken(noise)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_message_with_any_byte_changed_is_read_or_refused(data):
    body = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CapRefused):
        check(read(bytes(body)))
