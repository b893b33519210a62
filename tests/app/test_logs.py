"""Logs: one event a line, its request named, no secret in it."""

import dataclasses
import io
import json
import logging

import msgspec
import pytest

from dalgu.access.actor import Role
from dalgu.app import site as composed
from dalgu.app.logs import HIDDEN, configure
from dalgu.kernel.settings import LogSettings

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def lines():
    """Return a maker: configure(...) and then read what was written."""
    root, ours = logging.getLogger(), logging.getLogger("dalgu")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()

    def start(**settings):
        configure(LogSettings(**settings), stream)
        return stream

    yield start
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])


def told(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def observed(house, **settings):
    """Let the house answer by a site that logs as told."""
    chosen = msgspec.structs.replace(house.platform.settings, log=LogSettings(**settings))
    platform = dataclasses.replace(house.platform, settings=chosen)
    house.app = composed.site(platform, progress=lambda: None)


def test_an_event_is_one_line_of_json_with_its_fields(lines):
    stream = lines()
    logging.getLogger("dalgu.test").info("uplink.accepted", extra={"device": "oms:1", "bytes": 7})
    [line] = told(stream)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info", "event": "uplink.accepted", "logger": "dalgu.test", "device": "oms:1",
        "bytes": 7,
    }  # fmt: skip


def test_a_trace_stays_within_its_line(lines):
    stream = lines()
    log = logging.getLogger("dalgu.test")
    try:
        raise ZeroDivisionError("a\nb")
    except ZeroDivisionError:
        log.exception("job.failed", extra={"job": "water.hours"})
    [line] = told(stream)
    assert "ZeroDivisionError" in line["trace"]


@pytest.mark.parametrize("field", ["token", "password", "secret", "Authorization", "set_cookie"])
def test_secrets_are_hidden_whoever_logs_them(lines, field):
    stream = lines()
    logging.getLogger("dalgu.test").warning("sign-in", extra={field: "dalgu_abc"})
    [line] = told(stream)
    assert line[field] == HIDDEN
    assert "dalgu_abc" not in stream.getvalue()


def test_a_person_reads_text(lines):
    stream = lines(format="text")
    logging.getLogger("dalgu.test").warning("job.refused", extra={"job": "water.hours"})
    assert " warning job.refused logger=dalgu.test job=water.hours\n" in stream.getvalue()


def test_the_level_is_the_settings(lines):
    stream = lines(level="warning")
    logging.getLogger("dalgu.test").info("quiet")
    logging.getLogger("dalgu.test").warning("loud")
    logging.getLogger("some.library").info("chatter")
    assert [line["event"] for line in told(stream)] == ["loud"]


def test_a_log_file_that_was_moved_is_begun_anew(lines, tmp_path):
    lines(file=str(tmp_path / "dalgu.log"))
    log = logging.getLogger("dalgu.test")
    log.warning("first")
    (tmp_path / "dalgu.log").rename(tmp_path / "dalgu.log.1")
    log.warning("second")
    assert json.loads((tmp_path / "dalgu.log.1").read_text())["event"] == "first"
    assert json.loads((tmp_path / "dalgu.log").read_text())["event"] == "second"
    logging.getLogger().handlers[0].close()


def test_every_request_has_an_id_that_its_sender_may_give(fresh):
    own = fresh.ask("GET", "/health", headers={"x-request-id": "order-66"})
    assert own.headers["x-request-id"] == "order-66"
    traced = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": "order-66"}
    assert fresh.ask("GET", "/health", headers=traced).headers["x-request-id"] == TRACE
    ids = {fresh.ask("GET", "/health").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    forged = fresh.ask("GET", "/health", headers={"x-request-id": 'a" b'})
    assert forged.headers["x-request-id"] != 'a" b'


def test_a_request_is_told_by_template_actor_and_tenant_never_by_path(fresh, lines):
    fresh.headers[Role.SERVICE] = fresh.token(Role.SERVICE)
    observed(fresh, requests="all")
    stream = lines()
    path, named = "/ngsi-ld/v1/entities/urn:x:person-17", {"x-request-id": "order-66"}
    fresh.ask("GET", path, Role.SERVICE, headers=named)
    fresh.ask("GET", path, Role.SERVICE, headers={"ngsild-tenant": "west"})
    fresh.ask("GET", "/ko/welcome/s3cret-of-a-link")
    entity, of_tenant, welcome = (one for one in told(stream) if one["event"].startswith("request"))
    assert entity["route"] == "/ngsi-ld/v1/entities/*"
    assert (entity["request"], entity["method"]) == ("order-66", "GET")
    assert of_tenant["tenant"] == "west"
    assert entity["actor"].startswith("token:")
    assert entity["duration_ms"] > 0
    assert entity["bytes"] > 0
    assert welcome["route"] == "/{language}/welcome/{secret}"
    assert "s3cret" not in stream.getvalue()
    assert "person-17" not in stream.getvalue()
    assert "dalgu_" not in stream.getvalue()


def test_only_slow_and_failed_requests_are_told_by_default(fresh, lines):
    stream = lines()
    fresh.ask("GET", "/health")
    assert told(stream) == []
    observed(fresh, slow_ms=1)
    fresh.ask("GET", "/ko/certification")
    assert [one["event"] for one in told(stream)] == ["request.slow"]


def test_a_request_that_failed_is_told_with_its_trace_under_one_id(fresh, lines, monkeypatch):
    async def broken(self, *args, **more):
        raise ZeroDivisionError

    monkeypatch.setattr(type(fresh.platform.hub), "types", broken)
    fresh.headers[Role.SERVICE] = fresh.token(Role.SERVICE)
    stream = lines()
    answer = fresh.ask("GET", "/hub/v1/types", Role.SERVICE)
    assert answer.status_code == 500
    failed, request = told(stream)
    assert failed["event"] == "hub.failed"
    assert (request["event"], request["level"]) == ("request.failed", "error")
    assert failed["request"] == request["request"] == answer.headers["x-request-id"]
