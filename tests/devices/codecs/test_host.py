"""Vendors' codecs run as they are, give the same for the same, and are stopped when they must."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.devices.codecs.errors import (
    CodecError,
    CodecFunctionAbsent,
    CodecOutputInvalid,
    CodecStopped,
    CodecSuspended,
    CodecThrew,
    CodecUnloadable,
)
from dalgu.devices.codecs.host import STRIKES, Call, Codec, CodecHost, Decoded, uplink_call

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
GOOD = Codec("good", "function decodeUplink(input) { return {data: {litres: input.bytes[0]}}; }")


@pytest.fixture(scope="module")
def host():
    host = CodecHost()
    yield host
    host.close()


def run(host, body, payload=b"\x07\x02", *, f_port=1, before=""):
    codec = Codec("tested", f"{before}\nfunction decodeUplink(input) {{ {body} }}")
    return host.decode_uplink(codec, payload, f_port=f_port, received_at=AT)


def works(host):
    return host.decode_uplink(GOOD, b"\x2a", f_port=1, received_at=AT).data == {"litres": 42}


def test_a_codec_of_ts013_gives_data_errors_and_warnings(host):
    body = "return {data: {sum: input.bytes[0] + input.fPort}, warnings: ['old'], errors: []};"
    assert run(host, body, f_port=5) == Decoded({"sum": 12}, [], ["old"])
    assert run(host, "return {errors: ['no such port']};").errors == ["no such port"]


@pytest.mark.parametrize(
    "source",
    [
        "function Decode(fPort, bytes, variables) { return {sum: fPort + bytes[0]}; }",
        "function Decoder(bytes, port) { return {sum: port + bytes[0]}; }",
        "globalThis.decodeUplink = function (input) { return {data: {sum: 8}}; };",
    ],
)
def test_the_shapes_before_ts013_are_understood(host, source):
    decoded = host.decode_uplink(Codec("old", source), b"\x07", f_port=1, received_at=AT)
    assert decoded.data == {"sum": 8}


def test_a_command_is_encoded_and_decoded_again(host):
    codec = Codec(
        "valve",
        "function encodeDownlink(input) { return {fPort: 3, bytes: [input.data.open ? 255 : 0]}; }"
        "function decodeDownlink(input) { return {data: {open: input.bytes[0] == 255}}; }",
    )
    encoded = host.encode_downlink(codec, {"open": True}, at=AT)
    assert (encoded.f_port, encoded.bytes) == (3, [255])
    decoded = host.decode_downlink(codec, bytes(encoded.bytes), f_port=3, at=AT)
    assert decoded.data == {"open": True}
    with pytest.raises(CodecFunctionAbsent):
        host.decode_uplink(codec, b"\x01", f_port=3, received_at=AT)


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("while (true) {}", "time"),
        ("while (true) { try { while (true) {} } catch (e) {} }", "time"),
        ("return {data: {is: /^(a+)+$/.test('a'.repeat(32) + 'b')}};", "time"),
        ("return Array.prototype.indexOf.call({length: 1e15}, 5);", "time"),
        ("let all = []; while (true) all.push(new ArrayBuffer(1e5));", "memory"),
        ("let all = 'x'; while (true) all += all;", "memory"),
        ("return decodeUplink(input);", "recursion"),
        ("return {data: {all: 'x'.repeat(1e6)}};", "output"),
    ],
)
def test_a_codec_that_passes_a_limit_is_stopped_and_the_next_works(host, body, limit):
    with pytest.raises(CodecStopped) as stopped:
        run(host, body)
    assert stopped.value.parts["limit"] == limit
    assert works(host)


def test_a_codec_that_ends_its_process_ends_no_other(host):
    with pytest.raises(CodecStopped):
        run(host, "return {data: {power: String(2n ** 100000000n).length}};")
    assert works(host)


def test_one_bad_codec_spoils_no_batch(host):
    looping = Codec("looping", "function decodeUplink(input) { while (true) {} }")
    dying = Codec("dying", "function decodeUplink() { return /^(a+)+$/.test('a'.repeat(32)+'b'); }")
    calls = [uplink_call(codec, b"\x05", 1, AT) for codec in (GOOD, looping, dying, GOOD)]
    first, looped, died, last = host.run_many(calls)
    assert first == last == {"data": {"litres": 5}}
    assert isinstance(looped, CodecStopped)
    assert isinstance(died, CodecStopped)


def test_a_codec_that_loops_while_it_is_loaded_is_stopped(host):
    looping = Codec("loading", "while (true) {} function decodeUplink() {}")
    dying = Codec("expression", "/^(a+)+$/.test('a'.repeat(40) + 'b'); function Decoder() {}")
    calls = [uplink_call(codec, b"\x05", 1, AT) for codec in (GOOD, looping, dying, GOOD)]
    first, looped, died, last = host.run_many(calls)
    assert first == last == {"data": {"litres": 5}}
    assert isinstance(looped, CodecStopped)
    assert isinstance(died, CodecStopped)


def test_a_codec_that_is_stopped_time_after_time_is_suspended():
    host = CodecHost()
    greedy = Codec("greedy", "function decodeUplink(input) { let a = 'x'; while (1) a += a; }")
    for _ in range(STRIKES):
        with pytest.raises(CodecStopped):
            host.decode_uplink(greedy, b"\x01", f_port=1, received_at=AT)
    with pytest.raises(CodecSuspended):
        host.decode_uplink(greedy, b"\x01", f_port=1, received_at=AT)
    assert works(host)
    host.close()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("throw new Error('not my device');", CodecThrew),
        ("return input.nothing.at.all;", CodecThrew),
        ("return 5;", CodecOutputInvalid),
        ("return {data: [1]};", CodecOutputInvalid),
        ("", CodecOutputInvalid),
        ("let a = {}; a.a = a; return {data: a};", CodecThrew),
        ("return {data: {a: 1n}};", CodecThrew),
    ],
)
def test_what_is_no_result_is_refused_by_name(host, body, error):
    with pytest.raises(error) as refused:
        run(host, body)
    assert "'tested'" in refused.value.detail


@pytest.mark.parametrize("source", ["function (", "}", "\\"])
def test_a_text_that_is_no_javascript_is_not_loaded(host, source):
    with pytest.raises(CodecUnloadable):
        host.check(Codec("broken", source))


def test_an_uplink_leaves_nothing_for_the_next(host):
    before = "var count = 0; const seen = []; var self_ = this;"
    body = """
      count += 1; seen.push(1); implicit = (typeof implicit === 'undefined') ? 1 : implicit + 1;
      Array.prototype.extra = 1; Math.floor = function () { return 13; };
      globalThis.JSON = null; decodeUplink.calls = (decodeUplink.calls || 0) + 1;
      return {data: {count, seen: seen.length, implicit, floor: Math.floor(2.5),
                     calls: decodeUplink.calls, random: Math.random()}};
    """
    first, second = (run(host, body, before=before) for _ in range(2))
    assert first == second
    assert (first.data["count"], first.data["implicit"], first.data["floor"]) == (1, 1, 2)


def test_prototypes_stay_as_they_are(host):
    tamper = "Object.prototype.toString = function () { return 'mine'; }; return {data: {}};"
    run(host, tamper)
    assert run(host, "return {data: {is: String({})}};").data == {"is": "[object Object]"}


def test_a_child_may_have_what_its_frozen_parent_has(host):
    body = """
      'use strict';
      function Odd(message) { this.message = message; }
      Odd.prototype = Object.create(Error.prototype);
      Odd.prototype.constructor = Odd;
      Odd.prototype.toString = function () { return 'odd ' + this.message; };
      const fields = {}; fields.toString = 'x'; fields.constructor = 'y';
      return {data: {odd: String(new Odd('one')), ...fields}};
    """
    assert run(host, body).data == {"odd": "odd one", "toString": "x", "constructor": "y"}


def test_a_polyfill_in_strict_mode_is_no_offence(host):
    before = "'use strict'; Math.trunc = Math.trunc || null; Array.prototype.first = "
    before += "function () { return this[0]; };"
    assert run(host, "return {data: {a: input.bytes.first()}};", before=before).data == {"a": 7}


def test_functions_of_the_script_are_found_by_this(host):
    before = "function litres(bytes) { return bytes[0]; }"
    assert run(host, "return {data: {l: this.litres(input.bytes)}};", before=before).data == {
        "l": 7
    }


def test_clock_locale_and_zone_are_the_same_everywhere(host):
    body = """
      return {data: {now: new Date().toISOString(), ms: Date.now(), text: input.recvTime,
        date: new Date(2024, 0, 31, 15, 4, 5).toLocaleString(), time: input.recvTime.getTime(),
        number: (1234567.8917).toLocaleString(), zone: new Date().getTimezoneOffset()}};
    """
    assert run(host, body).data == {
        "now": "2026-11-22T03:04:05.000Z",
        "ms": 1795316645000,
        "time": 1795316645000,
        "text": "2026-11-22T03:04:05Z",
        "date": "1/31/2024, 3:04:05 PM",
        "number": "1,234,567.892",
        "zone": 0,
    }


def test_a_nul_in_a_text_is_a_character_like_others(host):
    codec = Codec("nul", "var n = 'a\0b'; function Decoder(b) { return {n: n, l: n.length}; }")
    decoded = host.decode_uplink(codec, b"\x00", f_port=1, received_at=AT)
    assert decoded.data == {"n": "a\0b", "l": 3}


def test_there_is_nothing_to_reach_the_outside_with(host):
    names = "['require','process','std','os','fetch','XMLHttpRequest','setTimeout','Worker']"
    body = f"return {{data: {{there: {names}.filter((n) => n in globalThis)}}}};"
    assert run(host, body).data == {"there": []}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=200))
def test_any_text_is_a_codec_or_is_refused(text):
    call = Call(Codec("any", text), "decodeUplink", {"bytes": [1], "fPort": 1}, AT)
    [result] = ANY_TEXT.run_many([call])
    assert isinstance(result, CodecError)


ANY_TEXT = CodecHost()
