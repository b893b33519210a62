"""Checks that file requests: refusals first, then a few that are taken and looked for again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING

from dalgu.app.conformance.open311.judging import Check, Level, Skip, Verdict, unless
from dalgu.app.conformance.open311.server import Answer, Fields, Server
from dalgu.app.conformance.open311.words import text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

POST, TOKENS = "POST Service Request", "GET service_request_id from a token"
WORDS = "Conformance test, please ignore / 시험입니다 ✓ a < b & c"
NEAR_DEG = 1e-4
# What is sent of a person: none of it may be seen in a public answer.
PERSON = {
    "email": "conformance@example.org",
    "first_name": "Conformance",
    "last_name": "Tester",
    "phone": "+15550100",
    "device_id": "conformance-device",
}
SAMPLES = {"number": "1", "datetime": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is filed: a service with its required attributes, at a place."""

    code: str
    fields: tuple[tuple[str, str], ...]


def prepared(server: Server) -> Sent | None:
    """Return what can be filed at a server, `None` where no place is known."""
    place = server.asked.place or _place_of(server)
    codes = [server.asked.service_code] if server.asked.service_code else server.codes
    if place is None or not codes:
        return None
    code = next((one for one in codes if _realtime(server, one)), codes[0])
    fields = [("service_code", code), ("lat", str(place[0])), ("long", str(place[1]))]
    return Sent(code, (*fields, *_answers(server, code), ("description", WORDS)))


def another(fields: Fields, mark: str) -> list[tuple[str, str]]:
    """Return a form with another description: the same twice may be refused as a repetition."""
    return [(name, f"{value} {mark}" if name == "description" else value) for name, value in fields]


def _place_of(server: Server) -> tuple[float, float] | None:
    for one in server.get("requests.xml").requests:
        if text_of(one, "lat") and text_of(one, "long"):
            return float(text_of(one, "lat")), float(text_of(one, "long"))
    return None


def _realtime(server: Server, code: str) -> bool:
    found = (one for one in server.services if text_of(one, "service_code") == code)
    return any(text_of(one, "type") == "realtime" for one in found)


def _answers(server: Server, code: str) -> Iterator[tuple[str, str]]:
    for one in _attributes(server, code):
        if text_of(one, "required") == "true":
            value = one.findtext("values/value/key") or SAMPLES.get(text_of(one, "datatype"), "1")
            yield f"attribute[{text_of(one, 'code')}]", value


def _attributes(server: Server, code: str) -> "list[_Element]":
    root = server.definition(code).xml if code in server.described else None
    return [] if root is None else root.findall("attributes/attribute")


def without(*names: str, **changed: str) -> Callable[[Server], list[tuple[str, str]] | None]:
    """Return what makes a form with some fields left out or changed."""

    def make(server: Server) -> list[tuple[str, str]] | None:
        sent = prepared(server)
        if sent is None:
            return None
        kept = [(name, changed.get(name, value)) for name, value in sent.fields]
        return [(name, value) for name, value in kept if name not in names]

    return make


def refused(
    make: Callable[[Server], list[tuple[str, str]] | None], *statuses: int, key: str | None = None
) -> Callable[[Server], Verdict]:
    """Return a judge of a form that must be refused with errors."""

    def judge(server: Server) -> Verdict:
        fields = make(server)
        if fields is None:
            return Skip("no place to file at is known: name one by --place")
        answer = server.post("requests.xml", fields, key=key)
        return unless(
            answer.status in statuses and answer.is_errors(),
            f"it answers {answer.status}, {answer.body[:60]!r}",
        )

    return judge


def _required(server: Server) -> Verdict:
    for code in server.described:
        if not list(_answers(server, code)):
            continue
        fields = without("service_code")(server)
        if fields is None:
            return Skip("no place to file at is known: name one by --place")
        bare = [one for one in fields if not one[0].startswith("attribute")]
        answer = server.post("requests.xml", [("service_code", code), *bare])
        return unless(answer.status == 400 and answer.is_errors(), f"it answers {answer.status}")
    return Skip("no service has a required attribute")


def _taken(server: Server) -> Verdict:
    sent = prepared(server)
    if sent is None:
        return Skip("no place to file at is known: name one by --place")
    answer = server.post("requests.xml", [*sent.fields, *PERSON.items()])
    if answer.status not in (200, 201) or len(answer.requests) != 1:
        return f"it answers {answer.status}, {answer.body[:200]!r}"
    server.notes["filed"] = answer
    return None


def _filed(server: Server) -> "tuple[_Element, str] | None":
    answer: Answer | None = server.notes.get("filed")
    if answer is None:
        return None
    one = answer.requests[0]
    return one, text_of(one, "service_request_id")


def _id_or_token(server: Server) -> Verdict:
    found = _filed(server)
    if found is None:
        return Skip("nothing could be filed")
    one, number = found
    token = text_of(one, "token")
    return unless(bool(number) != bool(token), f"id '{number}', token '{token}'")


def _of_token(server: Server) -> Verdict:
    found = _filed(server)
    token = text_of(found[0], "token") if found else ""
    if not token:
        return Skip("the server gives an id at once")
    answer = server.get(f"tokens/{token}.xml")
    told = {text_of(one, "token") for one in answer.requests}
    return unless(answer.status == 200 and told == {token}, f"it answers {answer.status}")


def _seen(server: Server) -> "_Element | None":
    found = _filed(server)
    if found is None or not found[1]:
        return None
    if "seen" not in server.notes:
        server.notes["answer"] = server.get(f"requests/{found[1]}.xml")
        server.notes["seen"] = next(iter(server.notes["answer"].requests), None)
    seen: _Element | None = server.notes["seen"]
    return seen


def of_filed(judge: "Callable[[Server, _Element], Verdict]") -> Callable[[Server], Verdict]:
    """Return a judge of the request that was filed, as the server shows it."""

    def judged(server: Server) -> Verdict:
        if _filed(server) is None:
            return Skip("nothing could be filed")
        seen = _seen(server)
        return "it is not found by its id" if seen is None else judge(server, seen)

    return judged


def _found(server: Server, seen: "_Element") -> Verdict:
    sent = prepared(server)
    code = text_of(seen, "service_code")
    return unless(sent is not None and code == sent.code, f"its service_code is '{code}'")


def _status(server: Server, seen: "_Element") -> Verdict:
    return unless(text_of(seen, "status") in ("open", "closed"), text_of(seen, "status"))


def _placed(server: Server, seen: "_Element") -> Verdict:
    fields = dict(prepared(server).fields)  # type: ignore[union-attr]  # it was filed
    near = all(
        isclose(float(text_of(seen, name) or "nan"), float(fields[name]), abs_tol=NEAR_DEG)
        for name in ("lat", "long")
    )
    return unless(near, f"lat {text_of(seen, 'lat')}, long {text_of(seen, 'long')}")


def _words(server: Server, seen: "_Element") -> Verdict:
    told = text_of(seen, "description")
    return unless("시험입니다 ✓" in told, f"the description came back as '{told[:60]}'")


def _escaped(server: Server, seen: "_Element") -> Verdict:
    told = text_of(seen, "description")
    return unless("a < b & c" in told, f"the description came back as '{told[:60]}'")


def _private(server: Server, seen: "_Element") -> Verdict:
    body = server.notes["answer"].body.decode("utf-8", "replace")
    shown = [name for name in ("email", "phone", "last_name") if PERSON[name] in body]
    return unless(not shown, f"it shows the reporter's {', '.join(shown)}")


def _listed(server: Server) -> Verdict:
    found = _filed(server)
    if found is None:
        return Skip("nothing could be filed")
    known = [text_of(r, "service_request_id") for r in server.get("requests.xml").requests]
    return unless(found[1] in known, f"{found[1]} is not in the list")


def _json(server: Server) -> Verdict:
    sent = prepared(server)
    if sent is None or not server.has_json:
        return Skip("there is no JSON, or no place is known")
    answer = server.post("requests.json", another(sent.fields, "second"))
    told = answer.json
    is_list = isinstance(told, list) and len(told) == 1 and isinstance(told[0], dict)
    return unless(
        answer.status in (200, 201)
        and is_list
        and bool(told[0].get("service_request_id") or told[0].get("token")),
        f"it answers {answer.status}, {answer.body[:80]!r}",
    )


def _several(server: Server) -> Verdict:
    sent = prepared(server)
    for code in server.described if sent else ():
        for one in _attributes(server, code):
            keys = [key.text or "" for key in one.iterfind("values/value/key")]
            if text_of(one, "datatype") == "multivaluelist" and len(keys) > 1:
                return _with_several(server, code, text_of(one, "code"), keys[:2])
    return Skip("no service takes several values")


def _with_several(server: Server, code: str, attribute: str, keys: list[str]) -> Verdict:
    fields = another(without("service_code")(server) or [], "third")
    plain = [one for one in fields if not one[0].startswith("attribute")]
    others = [one for one in _answers(server, code) if one[0] != f"attribute[{attribute}]"]
    values = [(f"attribute[{attribute}][]", key) for key in keys]
    answer = server.post("requests.xml", [("service_code", code), *plain, *others, *values])
    return unless(answer.status in (200, 201), f"it answers {answer.status}")


CHECKS = (
    Check("post-no-code", POST, "No service_code is 400", refused(without("service_code"), 400),
          files=True),
    Check("post-bad-code", POST, "An unknown service_code is 404",
          refused(without(service_code="no-such-service-code"), 404), files=True),
    Check("post-no-place", POST, "No place is 400", refused(without("lat", "long"), 400),
          files=True),
    Check("post-no-attribute", POST, "A required attribute left out is 400", _required,
          files=True),
    Check("post-bad-key", "Errors", "An invalid api_key is 403",
          refused(without(), 403, key="no-such-key"), files=True),
    Check("post", POST, "A request is taken", _taken, files=True),
    Check("post-id", POST, "It gets an id or a token, not both", _id_or_token, files=True),
    Check("post-token", TOKENS, "A token leads to the id", _of_token, files=True),
    Check("post-found", POST, "It is found by its id", of_filed(_found), files=True),
    Check("post-status", POST, "It is open or closed", of_filed(_status), files=True),
    Check("post-place", POST, "It lies where it was filed", of_filed(_placed), files=True),
    Check("post-utf-8", "Encoding", "Korean and signs come back as sent", of_filed(_words),
          files=True),
    Check("post-escaped", "XML Support", "< and & come back as sent", of_filed(_escaped),
          files=True),
    Check("post-private", POST, "Nobody sees the reporter", of_filed(_private), Level.SHOULD,
          files=True),
    Check("post-listed", "GET Service Requests", "It is in the list", _listed, files=True),
    Check("post-json", POST, "JSON answers a list of one", _json, files=True),
    Check("post-several", POST, "attribute[code][] takes several values", _several, files=True),
)  # fmt: skip
