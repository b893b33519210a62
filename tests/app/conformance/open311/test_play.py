"""The suite finds nothing wrong with ours, and finds what is planted in a server."""

import json
import re
from datetime import timedelta

import httpx2
import pytest

from dalgu.app.conformance.open311.judging import Level, Outcome
from dalgu.app.conformance.open311.play import CHECKS, play
from dalgu.app.conformance.open311.server import Asked
from dalgu.app.conformance.open311.words import instant, plain

URL = "http://city/open311/v2"
HERE = {"lat": "35.859", "long": "128.625"}


class ThroughHouse(httpx2.BaseTransport):
    """Asks the site in process; `spoil` changes what it answers."""

    def __init__(self, house, spoil=lambda request, answer: None):
        self.house, self.spoil = house, spoil

    def handle_request(self, request):
        answer = self.house.ask(
            request.method,
            str(request.url.raw_path, "ascii"),
            headers=dict(request.headers),
            content=request.read(),
        )
        made = httpx2.Response(
            answer.status_code,
            headers={"content-type": answer.headers.get("content-type", ""),
                     "access-control-allow-origin": "*"},
            content=answer.content,
        )  # fmt: skip
        return self.spoil(request, made) or made


def played(house, spoil=lambda request, answer: None, *, may_file=False):
    asked = Asked(URL, place=(35.859, 128.625), may_file=may_file)
    transport = httpx2.Client(transport=ThroughHouse(house, spoil))
    return play(asked, transport=transport)


def wrong(result):
    return [(one.check.id, one.detail) for one in result.results if one.outcome is Outcome.FAILED]


@pytest.fixture(scope="module")
def filled(house):
    for number, code in enumerate(("pothole", "tree", "bin")):
        form = HERE | {
            "service_code": code,
            "description": f"n {number}",
            "attribute[size]": "lane",
        }
        answer = house.ask("POST", "/open311/v2/requests.json", data=form)
        assert answer.status_code == 201, answer.text
    return house


def test_ours_passes_all_that_can_be_tried(filled):
    result = played(filled, may_file=True)
    assert wrong(result) == []
    skipped = {one.check.id for one in result.results if one.outcome is Outcome.SKIPPED}
    assert skipped == {"post-token"}  # an id is given at once
    assert result.is_conformant


def test_nothing_is_filed_where_it_is_not_allowed(filled):
    methods = []
    result = played(filled, lambda request, answer: methods.append(request.method))
    assert "POST" not in methods
    assert result.count(Outcome.SKIPPED) >= sum(one.files for one in CHECKS)


def replaced(path, old, new):
    """Change the text of the answers to a path."""

    def spoil(request, answer):
        if path not in request.url.path:
            return None
        body = re.sub(old, new, answer.content.decode())
        return httpx2.Response(answer.status_code, headers=answer.headers, content=body.encode())

    return spoil


def answered(path, status, body="", kind="text/xml; charset=utf-8", method="GET"):
    """Answer something else to a path."""

    def spoil(request, answer):
        if path not in str(request.url) or request.method != method:
            return None
        return httpx2.Response(status, headers={"content-type": kind}, content=body.encode())

    return spoil


def filter_ignored(name):
    """Answer as if an argument were not there: everything, from another house's answer."""
    kept = {}

    def spoil(request, answer):
        if request.url.path.endswith("/requests.xml") and not kept:
            kept["all"] = answer.content
        if name in str(request.url.query) and "all" in kept:
            return httpx2.Response(200, headers=answer.headers, content=kept["all"])
        return None

    return spoil


PLANTED = [
    ("discovery-xml", answered("discovery.xml", 404)),
    ("discovery-json", answered("discovery.json", 404)),
    ("discovery-fields", replaced("discovery.xml", "<key_service>.*</key_service>", "")),
    ("discovery-endpoints", replaced("discovery.xml", "<specification>.*</specification>", "")),
    ("discovery-type", replaced("discovery.xml", "production|test", "beta")),
    ("discovery-formats", replaced("discovery.xml", "<format>text/xml</format>", "")),
    ("discovery-itself", replaced("discovery.xml", "open311/v2<", "other<")),
    ("discovery-spark", replaced("discovery.json", "2026", "2025")),
    ("xml-type", answered("services.xml", 200, "<services/>", "application/xml")),
    ("xml-declaration", replaced("services.xml", r"<\?xml[^>]*\?>", "")),
    ("no-namespace", replaced("services.xml", "<services>", '<services xmlns="http://x">')),
    ("json-type", answered("services.json", 200, "[]", "text/html")),
    ("services", replaced("services.xml", "(</?)services>", r"\1list>")),
    ("services-code", replaced("services.xml", "<service_code>tree", "<service_code>bin")),
    ("services-name", replaced("services.xml", "<service_name>[^<]*", "<service_name>")),
    ("services-fields", replaced("services.xml", "<keywords>[^<]*</keywords>", "")),
    ("services-metadata", replaced("services.xml", "<metadata>true", "<metadata>yes")),
    ("services-type", replaced("services.xml", ">realtime<", ">soon<")),
    ("services-foreign", replaced("services.xml", "<service>", "<service><mine/>")),
    ("services-spark", replaced("services.json", "realtime", "batch")),
    ("jurisdiction-empty", answered("services.xml?jurisdiction_id=", 400)),
    ("jurisdiction-unknown", answered("jurisdiction_id=nowhere", 500)),
    ("definition", replaced("services/", "service_definition", "definition")),
    ("definition-fields", replaced("services/", "<order>.</order>", "")),
    ("definition-flags", replaced("services/", "<required>true", "<required>1")),
    ("definition-datatype", replaced("services/", ">singlevaluelist<", ">list<")),
    ("definition-order", replaced("services/", "<order>.<", "<order>0<")),
    ("definition-code", replaced("services/", "<code>[^<]*", "<code>same")),
    ("definition-values", replaced("services/", "<key>[^<]*", "<key>same")),
    ("definition-spark", replaced("services/pothole.json", "true", "false")),
    ("definition-unknown", answered("no-such-service", 200, "<x/>")),
    ("definition-errors", answered("no-such-service", 404, "gone")),
    ("requests", replaced("requests.xml", "service_requests", "requests")),
    ("requests-fields", replaced("requests.xml", "<address_id>[^<]*</address_id>", "")),
    ("requests-status", replaced("requests.xml", "<status>open", "<status>new")),
    ("requests-requested", replaced("requests.xml", r"\+09:00</requested", "</requested")),
    ("requests-instants", replaced("requests.xml", "T([^<]*)</expected", r" \1</expected")),
    ("requests-order", replaced("requests.xml", "<updated_datetime>2", "<updated_datetime>1")),
    ("requests-place", replaced("requests.xml", "<lat>3", "<lat>93")),
    ("requests-description",
     replaced("requests.xml", "<description>", "<description>" + "x" * 4001)),
    ("requests-markup", replaced("requests.xml", "<description>", "<description>&lt;b&gt;")),
    ("requests-ids", replaced("requests.xml", "<service_request_id>.", "<service_request_id>1")),
    ("requests-codes", replaced("requests.xml", "<service_code>t", "<service_code>x")),
    ("requests-span",
     replaced("requests.xml", "<requested_datetime>....(.*)(?=</requested_datetime>.*tree)",
              r"<requested_datetime>2020\1")),
    ("requests-spark", replaced("requests.json", "open", "closed")),
    ("filter-closed", filter_ignored("status=closed")),
    ("filter-code", filter_ignored("service_code=")),
    ("filter-past", filter_ignored("1990")),
    ("filter-id", filter_ignored("service_request_id=")),
    ("filter-overrides", answered("&status=closed", 200, "<service_requests/>")),
    ("filter-bad-date", answered("yesterday", 200, "<service_requests/>")),
    ("filter-long-span", answered("2015", 500)),
    ("filter-empty", answered("status=", 400)),
    ("request", replaced("requests/", "service_requests", "service_request")),
    ("request-same", replaced("requests/", "<status>open", "<status>closed")),
    ("request-unknown", answered("no-such-request", 200, "<service_requests/>")),
    ("request-errors", answered("no-such-request.xml", 404, "<error/>")),
    ("request-errors-json", answered("no-such-request.json", 404, "{}", "application/json")),
    ("token-unknown", answered("no-such-token", 500)),
    ("resource-unknown", answered("no-such-resource", 200)),
    ("method-delete", answered("services.xml", 204, method="DELETE")),
    ("method-put", answered("requests.xml", 200, method="PUT")),
]  # fmt: skip


@pytest.mark.parametrize(("check", "spoil"), PLANTED, ids=[check for check, _ in PLANTED])
def test_a_planted_fault_is_found(filled, check, spoil):
    assert check in dict(wrong(played(filled, spoil)))


def test_a_server_that_shows_its_reporters_is_found(filled):
    spoil = replaced("requests/", "</description>", " conformance@example.org</description>")
    filled.run(filled.clock.advance(timedelta(hours=1)))  # nobody files so many at once
    result = played(filled, spoil, may_file=True)
    assert "post-private" in dict(wrong(result))


def test_every_check_has_a_name_of_its_own_and_a_section():
    assert len({one.id for one in CHECKS}) == len(CHECKS)
    assert all(one.section and one.text and one.level in Level for one in CHECKS)


def test_an_instant_has_its_zone():
    assert instant("2026-11-29T09:00:00+09:00") is not None
    assert instant("2026-11-29T09:00Z") is not None
    assert instant("2026-11-29T09:00:00") is None
    assert instant("2026-13-29T09:00:00Z") is None
    assert json.dumps(plain({"a": [None, 1.5]})) == '{"a": ["", "1.5"]}'
