import asyncio
import base64
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image

from dalgu.center.cameras.desk import StillDesk
from dalgu.center.cameras.images import ImageUnreadable, blurred, marked
from dalgu.center.cameras.snapshots import LARGEST_BYTES, HttpStills
from dalgu.center.cameras.sources import Source
from dalgu.center.outside import CameraSilent, Still
from dalgu.hub.outgoing import Reach
from dalgu.kernel.clock import ManualClock

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
CAMERA = {"id": "urn:ngsi-ld:Device:camera:1", "type": "Device"}


def an_image(width=1920, height=1080, kind="JPEG"):
    body = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(body, kind)
    return body.getvalue()


class Sources:
    def __init__(self, source):
        self.source = source

    async def of(self, camera):
        return self.source


@contextmanager
def a_server(answer):
    """A real HTTP server that answers each request by its head."""
    heads, leave = [], threading.Event()

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self):
            head = str(self.headers)
            heads.append(head)
            told = answer(head)
            if told is None:
                leave.wait(5)
                return
            status, headers, body = told
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # whoever has heard enough hangs up
                self.wfile.write(body)

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/onvif/snapshot", heads
    finally:
        leave.set()
        server.shutdown()
        thread.join()
        server.server_close()


def take(answer, user="", *, reach=None, timeout_s=2.0):
    with a_server(answer) as (url, heads):
        source = Source(url, user, "secret" if user else "")
        more = {} if reach is None else {"reach": reach}
        stills = HttpStills(Sources(source), ManualClock(NOW), timeout_s=timeout_s, **more)
        try:
            return asyncio.run(stills.take(CAMERA)), heads
        except CameraSilent as silent:
            return silent.parts["reason"], heads


def image(head):
    return 200, {"content-type": "image/jpeg"}, an_image()


def test_a_still_comes_as_the_camera_sent_it():
    still, heads = take(image)
    assert (still.body, still.media_type, still.taken_at) == (an_image(), "image/jpeg", NOW)
    assert "authorization" not in heads[0].lower()


def test_an_account_is_shown_only_when_asked_and_as_the_camera_asks():
    def digest(head):
        if "response=" in head:
            return image(head)
        challenge = 'Digest realm="onvif", nonce="n", qop="auth"'
        return 401, {"www-authenticate": challenge}, b""

    still, heads = take(digest, "viewer")
    assert still.body == an_image()
    assert "authorization" not in heads[0].lower()
    assert 'username="viewer"' in heads[1]
    assert "secret" not in heads[1]

    def basic(head):
        shown = base64.b64encode(b"viewer:secret").decode()
        return image(head) if shown in head else (401, {"www-authenticate": "Basic"}, b"")

    still, heads = take(basic, "viewer")
    assert (still.body, len(heads)) == (an_image(), 2)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda head: (401, {}, b""), "refused"),
        (lambda head: (500, {}, b""), "no_image"),
        (lambda head: (302, {"location": "http://127.0.0.1:9/"}, b""), "no_image"),
        (lambda head: (200, {"content-type": "text/html"}, b"<p>"), "no_image"),
        (lambda head: (200, {"content-type": "image/svg+xml"}, b"<svg/>"), "no_image"),
        (lambda head: (200, {"content-type": "image/png"}, bytes(LARGEST_BYTES + 1)), "too_large"),
    ],
)
def test_what_is_no_image_is_a_silent_camera_with_its_reason(answer, reason):
    assert take(answer, "viewer")[0] == reason


def test_a_camera_that_does_not_answer_in_time_is_silent():
    assert take(lambda head: None, timeout_s=0.05)[0] == "timeout"


def test_a_camera_out_of_reach_is_not_asked():
    reason, heads = take(image, reach=Reach(private=True))
    assert (reason, heads) == ("unreachable", [])


def test_a_camera_without_an_address_says_so():
    with pytest.raises(CameraSilent) as silent:
        asyncio.run(HttpStills(Sources(None), ManualClock(NOW)).take(CAMERA))
    assert silent.value.parts["reason"] == "no_source"


class Slow:
    def __init__(self, result):
        self.asked, self.result = 0, result

    async def take(self, camera):
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def test_many_who_look_at_once_cost_a_camera_one_still():
    stills = Slow(Still(an_image(), "image/jpeg", NOW))

    async def look():
        desk = StillDesk(stills)
        return await asyncio.gather(*(desk.coarse(CAMERA) for _ in range(20)))

    found = asyncio.run(look())
    assert stills.asked == 1
    assert len({body for body, _ in found}) == 1


def test_a_silent_camera_is_let_alone_for_a_while():
    stills = Slow(CameraSilent("1", "timeout"))

    async def look():
        desk = StillDesk(stills)
        return await asyncio.gather(*(desk.clear(CAMERA) for _ in range(5)), return_exceptions=True)

    assert [one.parts["reason"] for one in asyncio.run(look())] == ["timeout"] * 5
    assert stills.asked == 1


def test_what_is_sent_has_no_more_pixels_than_what_is_seen():
    coarse = Image.open(BytesIO(blurred(an_image(1920, 1080))))
    assert coarse.size == (40, 22)
    assert len(blurred(an_image(1920, 1080, "PNG"))) < 4_000


def test_nothing_of_the_file_but_its_picture_is_handed_on():
    body, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "GPS-SECRET"  # ImageDescription
    Image.new("RGB", (64, 36)).save(body, "JPEG", exif=exif)
    assert b"GPS-SECRET" in body.getvalue()
    assert b"GPS-SECRET" not in marked(body.getvalue(), "who")


def test_the_mark_is_drawn_into_the_image():
    black = BytesIO()
    Image.new("RGB", (640, 360)).save(black, "PNG")
    foot = Image.open(BytesIO(marked(black.getvalue(), "grant:1 119"))).crop((0, 340, 640, 360))
    assert max(foot.convert("L").tobytes()) > 150


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\xff\xd8\xff", an_image()[:300]])
def test_what_is_no_image_is_refused(body):
    for make in (blurred, lambda given: marked(given, "who")):
        with pytest.raises(ImageUnreadable):
            make(body)


def test_an_image_that_would_fill_the_memory_is_refused():
    body = BytesIO()
    Image.new("1", (6_000, 4_000)).save(body, "PNG")
    with pytest.raises(ImageUnreadable):
        blurred(body.getvalue())
