"""Hostile input: each a clear error of its kind, in bounded time."""

import asyncio
import time

import httpx2
import pytest

from dalgu.hub import fetch
from dalgu.hub.context import ContextInvalid, ContextSet
from dalgu.hub.document import parse_entity
from dalgu.hub.errors import BadRequestData, ContextNotAvailable, TooComplexQuery
from dalgu.hub.fetch import Fetcher
from dalgu.hub.outgoing import Reach
from dalgu.hub.query.pattern import compile_pattern
from dalgu.hub.query.q import compile_q

OPEN = Reach(private=True, loopback=True)
URL = "http://127.0.0.1/context.jsonld"
SOON_S = 1.0  # of processor time


@pytest.fixture(autouse=True)
def soon():
    begun = time.process_time()
    yield
    assert time.process_time() - begun < SOON_S


def nested(levels, value=1):
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize("levels", [50, 500, 5_000])
def test_a_value_nested_deep_is_refused(levels):
    with pytest.raises(BadRequestData, match="levels deep"):
        parse_entity({"id": "urn:x:1", "type": "A", "b": {"value": nested(levels)}})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 400 + "a" + ")" * 400,
        ";".join("a>1" for _ in range(2_000)),
        "a" * 100_000,
        'a~="(a+)+$"',
        'a~="(a|aa)*b"',
        'a~="a*a*a*a*b"',
        'a~="(?=a+)+b"',
        'a~="' + "a?" * 500 + '"',
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_q_is_too_complex(text):
    with pytest.raises(TooComplexQuery):
        compile_q(text)


@pytest.mark.parametrize("text", ["a+b", ".*a.*", "[ab]+$", "a{2,200}b", "(a|b)c"])
def test_a_pattern_that_is_let_through_is_quick_on_the_worst_text(text):
    compile_pattern(text).matches("a" * 100_000)


def test_contexts_that_name_each_other_are_refused():
    contexts = ContextSet()
    contexts.hold("http://a.example/", {"@context": "http://b.example/"})
    contexts.hold("http://b.example/", {"@context": "http://a.example/"})
    with pytest.raises(ContextInvalid, match="levels deep"):
        contexts.resolve("http://a.example/")


@pytest.mark.parametrize("terms", [{"a": "b:x", "b": "a:x"}, {"a": "b:c", "b": "c:d", "c": "a:e"}])
def test_terms_that_define_each_other_are_refused(terms):
    with pytest.raises(ContextInvalid, match="defined by itself"):
        ContextSet().resolve(terms)


def test_a_context_of_too_many_terms_is_refused():
    with pytest.raises(ContextInvalid, match="more than"):
        ContextSet().resolve({f"t{n}": "http://x.example/" for n in range(100_001)})


def fetched(answer, reach=OPEN, url=URL):
    return asyncio.run(Fetcher(reach, httpx2.MockTransport(answer))(url))


def test_a_huge_context_is_not_read_to_its_end():
    sent = []

    def answer(request):
        async def parts():
            for _ in range(1_000):
                sent.append(1)
                yield b" " * 65_536

        return httpx2.Response(200, content=parts())

    with pytest.raises(ContextNotAvailable):
        fetched(answer)
    assert len(sent) * 65_536 <= fetch.MAX_BYTES + 2 * 65_536


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "[::1]", "0.0.0.0", "[fd00::1]"],
)
def test_a_context_at_a_private_address_is_not_asked_for(address):
    def answer(request):
        raise AssertionError("it is asked")

    with pytest.raises(ContextNotAvailable):
        fetched(answer, Reach(), f"http://{address}/context.jsonld")


def test_a_context_that_leads_to_another_address_is_not_followed():
    def answer(request):
        return httpx2.Response(302, headers={"location": "http://169.254.169.254/"})

    with pytest.raises(ContextNotAvailable):
        fetched(answer)


def test_a_context_that_dribbles_is_given_up(monkeypatch):
    monkeypatch.setattr(fetch, "WHOLE_S", 0.05)

    def answer(request):
        async def parts():
            while True:
                await asyncio.sleep(0.01)
                yield b" "

        return httpx2.Response(200, content=parts())

    async def impatient():
        async with asyncio.timeout(2):
            await Fetcher(OPEN, httpx2.MockTransport(answer))(URL)

    with pytest.raises(ContextNotAvailable):
        asyncio.run(impatient())
