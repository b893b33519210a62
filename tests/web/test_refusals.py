"""Errors are told on the pages in the reader's language."""

import inspect
import re
import tomllib

import pytest

from dalgu import services
from dalgu.app import site  # noqa: F401 - brings every error of the pages
from dalgu.hub.errors import EntityNotExisting
from dalgu.kernel.errors import DalguError, Overloaded
from dalgu.web.language import CATALOGUES, refusal

services.load()  # brings those of the services
KOREAN = tomllib.loads((CATALOGUES / "errors.ko.toml").read_text("utf-8"))


def below(cls):
    return {cls, *(one for child in cls.__subclasses__() for one in below(child))}


ERRORS = {one.__name__: one for one in below(DalguError)}


@pytest.mark.parametrize("name", KOREAN)
def test_a_korean_sentence_speaks_of_an_error_and_of_its_parts(name):
    error = ERRORS[name]
    slots = set(re.findall(r"{(\w+)}", KOREAN[name]))
    given = set(re.findall(r"(\w+)=", inspect.getsource(error)))
    assert slots <= given


def test_a_reader_of_korean_reads_korean_and_others_the_errors_own_sentence():
    error = EntityNotExisting("urn:ngsi-ld:X:1")
    assert refusal("ko", error) == "엔티티 'urn:ngsi-ld:X:1'은(는) 없습니다."
    assert refusal("en", error) is None
    assert refusal("ko", Overloaded("full", retry_after_s=3)).startswith("지금은")


def test_an_error_that_nobody_translated_speaks_for_itself():
    assert refusal("ko", DalguError("x")) is None
    assert refusal("ko", ValueError("x")) is None
