"""Checks of what servers agree on beyond the specification (Extensions, FixMyStreet)."""

from dalgu.app.conformance.open311.filing import another, prepared
from dalgu.app.conformance.open311.judging import Check, Level, Skip, Verdict, unless
from dalgu.app.conformance.open311.requests import ids
from dalgu.app.conformance.open311.server import Server
from dalgu.app.conformance.open311.words import instant, text_of

SECTION, FMS = "Extensions", "FixMyStreet's extension"
UPDATES = "servicerequestupdates.xml"


def _paged(server: Server) -> Verdict:
    if len(ids(server.get("requests.xml"))) < 2:
        return Skip("the server lists too few requests")
    one, two = (server.get("requests.xml", page_size="1", page=str(n)) for n in (1, 2))
    return unless(
        len(ids(one)) == len(ids(two)) == 1 and ids(one) != ids(two), f"{ids(one)}, {ids(two)}"
    )


def _updated_after(server: Server) -> Verdict:
    answer = server.get("requests.xml", updated_after="2100-01-01T00:00:00Z")
    return unless(
        answer.status == 200 and not answer.requests,
        f"it answers {answer.status} and {len(answer.requests)} of the future",
    )


def _extended(server: Server) -> Verdict:
    found = server.get("requests.xml", extensions="true").requests
    if not found:
        return Skip("the server lists no request")
    names = ("extended_attributes", "notes", "attributes")
    return unless(any(found[0].find(name) is not None for name in names), "nothing is added")


def _around(server: Server) -> Verdict:
    listed = server.get("requests.xml").requests
    if not listed or not text_of(listed[0], "lat"):
        return Skip("the server lists no request with a position")
    lat, lon = text_of(listed[0], "lat"), text_of(listed[0], "long")
    answer = server.get("requests.xml", lat=lat, long=lon, radius="1")
    return unless(
        text_of(listed[0], "service_request_id") in ids(answer) or not answer.requests,
        f"it answers {answer.status}",
    )


def _readable(server: Server) -> Verdict:
    told = server.get("services.xml").headers.get("access-control-allow-origin", "")
    return unless(bool(told), "other sites cannot read it")


def _updates(server: Server) -> Verdict:
    answer = server.get(UPDATES)
    root = answer.xml
    is_list = root is not None and root.tag == "service_request_updates"
    return unless(answer.status == 200 and is_list, f"it answers {answer.status}")


def _update(server: Server) -> Verdict:
    known = ids(server.get("requests.xml"))
    if not known:
        return Skip("the server lists no request")
    fields = [
        ("service_request_id", known[0]),
        ("update_id", "conformance-1"),
        ("updated_datetime", "2026-01-01T00:00:00Z"),
        ("status", "OPEN"),
        ("description", "Conformance test, please ignore"),
    ]
    answer = server.post(UPDATES, fields)
    told = None if answer.xml is None else answer.xml.findtext("request_update/update_id")
    server.notes["update"] = told
    return unless(answer.status in (200, 201) and bool(told), f"it answers {answer.status}")


def _update_listed(server: Server) -> Verdict:
    if not server.notes.get("update"):
        return Skip("no update was taken")
    root = server.get(UPDATES).xml
    found = [] if root is None else root.findall("request_update")
    mine = [one for one in found if text_of(one, "update_id") == server.notes["update"]]
    return unless(
        len(mine) == 1 and instant(mine[0].findtext("updated_datetime")) is not None,
        f"{server.notes['update']} is not in the list",
    )


def _photo(server: Server) -> Verdict:
    sent = prepared(server)
    if sent is None:
        return Skip("no place to file at is known: name one by --place")
    answer = server.upload("requests.xml", another(sent.fields, "photo"), _a_photo())
    if answer.status not in (200, 201) or not answer.requests:
        return f"it answers {answer.status}, {answer.body[:80]!r}"
    number = text_of(answer.requests[0], "service_request_id")
    seen = server.get(f"requests/{number}.xml").requests
    return unless(bool(seen) and bool(text_of(seen[0], "media_url")), "it has no media_url")


def _a_photo() -> bytes:
    from io import BytesIO

    from PIL import Image

    body = BytesIO()
    Image.new("RGB", (64, 48), (120, 120, 120)).save(body, "JPEG")
    return body.getvalue()


EXTENSION = Level.EXTENSION
CHECKS = (
    Check("page", SECTION, "page and page_size give other requests", _paged, EXTENSION),
    Check("updated-after", SECTION, "updated_after is kept to", _updated_after, EXTENSION),
    Check("extensions", SECTION, "extensions=true adds attributes or notes", _extended, EXTENSION),
    Check("radius", SECTION, "lat, long and radius find what is near", _around, EXTENSION),
    Check("cors", SECTION, "Other sites may read", _readable, EXTENSION),
    Check("updates", FMS, "servicerequestupdates lists updates", _updates, EXTENSION),
    Check("update", FMS, "An update is taken", _update, EXTENSION, files=True),
    Check("update-listed", FMS, "It is in the list", _update_listed, EXTENSION, files=True),
    Check("photo", SECTION, "A photo comes with the form", _photo, EXTENSION, files=True),
)
