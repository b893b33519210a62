import asyncio
import base64
import hashlib
import re

import httpx2
import pytest
from starlette.exceptions import HTTPException

from dalgu.web.static import AFRESH, FOREVER, Static


def ask(static, path, **headers):
    async def get():
        transport = httpx2.ASGITransport(app=static)
        async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    tiles = tmp_path_factory.mktemp("city") / "tiles.pmtiles"
    tiles.write_bytes(bytes(range(256)))
    return Static({"cities/daegu.pmtiles": tiles})


def test_a_file_under_its_digest_is_kept_for_good(static):
    answer = ask(static, static.url("tokens.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == FOREVER


def test_an_old_digest_answers_the_present_file_uncached(static):
    answer = ask(static, "/static/000000000000/tokens.css")
    assert answer.headers["cache-control"] == AFRESH
    assert answer.text == ask(static, static.url("tokens.css")).text


def test_modules_are_packed_and_typed(static):
    answer = ask(static, static.url("page.js"), **{"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "city-map" in answer.text


def test_tiles_answer_ranges(static):
    answer = ask(static, static.url("cities/daegu.pmtiles"), range="bytes=16-31")
    assert answer.status_code == 206
    assert answer.content == bytes(range(16, 32))


@pytest.mark.parametrize(
    "path",
    ["../frame.py", "%2e%2e/frame.py", "components/../../frame.py", "components", "", "no.js"],
)
def test_nothing_else_is_served(static, path):
    with pytest.raises(HTTPException, match="does not exist"):
        ask(static, f"/static/{static.digest}/{path}")


def test_the_policy_lets_one_inline_script_through_the_import_map(static):
    allowed = re.search(r"'sha256-([^']+)'", static.policy()).group(1)
    assert base64.b64decode(allowed) == hashlib.sha256(static.import_map.encode()).digest()
    assert "unsafe" not in static.policy()


def test_another_file_makes_another_digest(static, tmp_path):
    other = tmp_path / "other.pmtiles"
    other.write_bytes(b"x")
    assert Static({"cities/daegu.pmtiles": other}).digest != static.digest
