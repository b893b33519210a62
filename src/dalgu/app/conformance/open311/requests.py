"""Checks of the list of requests, of its filters, of single requests, of errors."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from dalgu.app.conformance.open311.judging import Check, Level, Skip, Verdict, first_wrong, unless
from dalgu.app.conformance.open311.server import Answer, Server
from dalgu.app.conformance.open311.words import MARKUP, instant, number_of, plain, spark, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

LIST, ONE, ERRORS = "GET Service Requests", "GET Service Request", "Errors"
TOKENS = "GET service_request_id from a token"
MOST, SPAN = 1_000, timedelta(days=90)
LONGEST_DESCRIPTION = 4_000
LISTS = frozenset({"service_requests"})
REQUIRED = ("service_request_id", "status", "service_name", "service_code", "description",
            "requested_datetime", "updated_datetime", "address", "address_id", "zipcode", "lat",
            "long", "media_url")  # fmt: skip


def each(complaints: "Callable[[_Element], Iterator[str]]") -> Callable[[Server], Verdict]:
    """Return a judge that looks at each request of the list."""

    def judge(server: Server) -> Verdict:
        some = server.get("requests.xml").requests
        if not some:
            return Skip("the server lists no request")
        return first_wrong(
            f"{text_of(one, 'service_request_id')}: {wrong}"
            for one in some
            for wrong in complaints(one)
        )

    return judge


def _list(server: Server) -> Verdict:
    answer = server.get("requests.xml")
    root = answer.xml
    if answer.status != 200 or root is None or root.tag != "service_requests":
        return f"it answers {answer.status} and no element service_requests"
    return first_wrong(f"foreign element {one.tag}" for one in root if one.tag != "request")


def _whole(one: "_Element") -> Iterator[str]:
    yield from (f"{name} is missing" for name in REQUIRED if one.find(name) is None)


def _status(one: "_Element") -> Iterator[str]:
    if text_of(one, "status") not in ("open", "closed"):
        yield f"status is '{text_of(one, 'status')}'"


def _requested(one: "_Element") -> Iterator[str]:
    if instant(one.findtext("requested_datetime")) is None:
        yield f"requested_datetime is '{one.findtext('requested_datetime')}'"


def _other_instants(one: "_Element") -> Iterator[str]:
    for name in ("updated_datetime", "expected_datetime"):
        told = text_of(one, name)
        if told and instant(told) is None:
            yield f"{name} is '{told}'"


def _in_order(one: "_Element") -> Iterator[str]:
    asked, updated = (
        instant(one.findtext(name)) for name in ("requested_datetime", "updated_datetime")
    )
    if asked is not None and updated is not None and updated < asked:
        yield f"updated {updated} before requested {asked}"


def _placed(one: "_Element") -> Iterator[str]:
    lat, lon = number_of(text_of(one, "lat")), number_of(text_of(one, "long"))
    if lat is None or lon is None:
        if not text_of(one, "address"):
            yield "it has neither a position nor an address"
    elif not (-90 <= lat <= 90 and -180 <= lon <= 180):
        yield f"lat {lat}, long {lon}"


def _described(one: "_Element") -> Iterator[str]:
    if len(text_of(one, "description")) > LONGEST_DESCRIPTION:
        yield "the description is longer than 4,000 letters"


def _no_markup(one: "_Element") -> Iterator[str]:
    if MARKUP.search(text_of(one, "description")):
        yield "the description holds markup"


def _ids(server: Server) -> Verdict:
    counted = Counter(ids(server.get("requests.xml")))
    if not counted:
        return Skip("the server lists no request")
    return first_wrong(
        f"'{one}' comes {times} times" for one, times in counted.items() if times > 1 or not one
    )


def ids(answer: Answer) -> list[str]:
    """Return the ids of the requests of an answer."""
    return [text_of(one, "service_request_id") for one in answer.requests]


def _known_codes(server: Server) -> Verdict:
    known = set(server.codes)
    told = {text_of(one, "service_code") for one in server.get("requests.xml").requests}
    return first_wrong(f"'{one}' is no service" for one in sorted(told - known))


def _volume(server: Server) -> Verdict:
    count = len(server.get("requests.xml").requests)
    return unless(count <= MOST, f"there are {count}")


def _span(server: Server) -> Verdict:
    told = (
        instant(one.findtext("requested_datetime")) for one in server.get("requests.xml").requests
    )
    known = sorted(one for one in told if one is not None)
    if not known:
        return Skip("the server lists no request")
    return unless(known[-1] - known[0] <= SPAN, f"from {known[0]} to {known[-1]}")


def of_status(*statuses: str) -> Callable[[Server], Verdict]:
    """Return a judge of the filter by status."""

    def judge(server: Server) -> Verdict:
        answer = server.get("requests.xml", status=",".join(statuses))
        if answer.status != 200:
            return f"it answers {answer.status}"
        others = {text_of(one, "status") for one in answer.requests} - set(statuses)
        return unless(not others, f"there are {sorted(others)}")

    return judge


def _of_code(server: Server) -> Verdict:
    told = [text_of(one, "service_code") for one in server.get("requests.xml").requests]
    if not told:
        return Skip("the server lists no request")
    return _only(server, told[:1])


def _of_codes(server: Server) -> Verdict:
    told = [text_of(one, "service_code") for one in server.get("requests.xml").requests]
    codes = list(dict.fromkeys(told))[:2]
    if len(codes) < 2:
        return Skip("the server lists requests of one type alone")
    return _only(server, codes)


def _only(server: Server, codes: list[str]) -> Verdict:
    answer = server.get("requests.xml", service_code=",".join(codes))
    found = {text_of(one, "service_code") for one in answer.requests}
    return unless(
        answer.status == 200 and found == set(codes), f"asked for {codes}, got {sorted(found)}"
    )


def _between(server: Server) -> Verdict:
    listed = server.get("requests.xml").requests
    told = [instant(one.findtext("requested_datetime")) for one in listed]
    known = sorted(one for one in told if one is not None)
    if not known:
        return Skip("the server lists no request")
    middle = known[len(known) // 2]
    since, until = middle - timedelta(hours=1), middle + timedelta(hours=1)
    answer = server.get("requests.xml", start_date=since.isoformat(), end_date=until.isoformat())
    if answer.status != 200 or not answer.requests:
        return f"it answers {answer.status} and {len(answer.requests)} requests"
    outside = [
        at
        for one in answer.requests
        if (at := instant(one.findtext("requested_datetime"))) is None or not since <= at <= until
    ]
    return unless(not outside, f"{outside[:1]} is outside")


def _nothing_between(server: Server) -> Verdict:
    answer = server.get(
        "requests.xml", start_date="1990-01-01T00:00:00Z", end_date="1990-02-01T00:00:00Z"
    )
    return unless(
        answer.status == 200 and not answer.requests,
        f"it answers {answer.status} and {len(answer.requests)} requests of 1990",
    )


def _empty(server: Server) -> Verdict:
    names = ("service_request_id", "service_code", "start_date", "end_date", "status")
    answer = server.get("requests.xml", **dict.fromkeys(names, ""))
    return unless(ids(answer) == ids(server.get("requests.xml")), f"it answers {answer.status}")


def _by_id(server: Server) -> Verdict:
    known = ids(server.get("requests.xml"))
    if not known:
        return Skip("the server lists no request")
    answer = server.get("requests.xml", service_request_id=known[0])
    return unless(ids(answer) == known[:1], f"asked for {known[:1]}, got {ids(answer)}")


def _by_ids(server: Server) -> Verdict:
    known = ids(server.get("requests.xml"))[:3]
    if len(known) < 2:
        return Skip("the server lists too few requests")
    answer = server.get("requests.xml", service_request_id=",".join(known))
    return unless(sorted(ids(answer)) == sorted(known), f"asked for {known}, got {ids(answer)}")


def _overrides(server: Server) -> Verdict:
    listed = server.get("requests.xml").requests
    if not listed:
        return Skip("the server lists no request")
    one, other = text_of(listed[0], "service_request_id"), text_of(listed[0], "status")
    status = "closed" if other == "open" else "open"
    answer = server.get("requests.xml", service_request_id=one, status=status)
    return unless(ids(answer) == [one], f"with status={status} it answers {ids(answer)}")


def _single(server: Server) -> Verdict:
    listed = server.get("requests.xml").requests
    if not listed:
        return Skip("the server lists no request")
    one = text_of(listed[0], "service_request_id")
    answer = server.get(f"requests/{one}.xml")
    root = answer.xml
    is_list = root is not None and root.tag == "service_requests"
    return unless(is_list and ids(answer) == [one], f"it answers {answer.status}, {ids(answer)}")


def _single_same(server: Server) -> Verdict:
    listed = server.get("requests.xml").requests
    if not listed:
        return Skip("the server lists no request")
    answer = server.get(f"requests/{text_of(listed[0], 'service_request_id')}.xml")
    if not answer.requests:
        return f"it answers {answer.status}"
    alone, among = (spark(one, LISTS) for one in (answer.requests[0], listed[0]))
    return unless(alone == among, "it differs from its line in the list")


def _json_list(server: Server) -> Verdict:
    if not server.has_json:
        return Skip("the server offers no JSON")
    root, told = server.get("requests.xml").xml, server.get("requests.json").json
    if root is None or not isinstance(told, list):
        return "JSON is no list"

    # Numbers may be written in several ways: the texts are compared, and the positions apart.
    def bare(one: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in one.items() if name not in ("lat", "long")}

    same = [bare(one) for one in spark_of(root)] == [bare(one) for one in plain(told)]
    return unless(same, "JSON and XML differ")


def spark_of(root: "_Element") -> list[dict[str, object]]:
    """Return the requests of a list as Spark writes them."""
    return [spark(one, LISTS) for one in root if len(one)]


def status_of(path: str, *statuses: int) -> Callable[[Server], Verdict]:
    """Return a judge of the status of what cannot be answered."""

    def judge(server: Server) -> Verdict:
        answer = server.get(path)
        return unless(answer.status in statuses, f"{path} answers {answer.status}")

    return judge


def errors_of(path: str, form: str = "xml") -> Callable[[Server], Verdict]:
    """Return a judge of the document that tells of an error."""

    def judge(server: Server) -> Verdict:
        if form == "json" and not server.has_json:
            return Skip("the server offers no JSON")
        answer = server.get(path)
        return unless(answer.is_errors(form), f"{path} answers {answer.body[:80]!r}")

    return judge


def _bad_date(server: Server) -> Verdict:
    answer = server.get("requests.xml", start_date="yesterday")
    return unless(answer.status == 400 and answer.is_errors(), f"it answers {answer.status}")


def _long_span(server: Server) -> Verdict:
    answer = server.get(
        "requests.xml", start_date="2015-01-01T00:00:00Z", end_date="2026-01-01T00:00:00Z"
    )
    if answer.status != 200:
        return unless(answer.status == 400 and answer.is_errors(), f"it answers {answer.status}")
    told = (instant(one.findtext("requested_datetime")) for one in answer.requests)
    known = sorted(one for one in told if one is not None)
    return unless(not known or known[-1] - known[0] <= SPAN, "it spans more than 90 days")


def method_refused(method: str, path: str) -> Callable[[Server], Verdict]:
    """Return a judge of a method that the specification does not have."""

    def judge(server: Server) -> Verdict:
        answer = server.ask(method, path)
        return unless(400 <= answer.status < 500, f"{method} {path} answers {answer.status}")

    return judge


MISSING = "requests/no-such-request.xml"
CHECKS = (
    Check("requests", LIST, "requests.xml lists requests", _list),
    Check("requests-fields", LIST, "Each has the fields of the specification", each(_whole)),
    Check("requests-status", LIST, "status is open or closed", each(_status)),
    Check("requests-requested", LIST, "requested_datetime is an instant with its zone",
          each(_requested)),
    Check("requests-instants", LIST, "The other instants are, too, or empty",
          each(_other_instants)),
    Check("requests-order", LIST, "None was updated before it was made", each(_in_order)),
    Check("requests-place", LIST, "Each has a position (WGS 84) or an address", each(_placed)),
    Check("requests-description", LIST, "Descriptions have 4,000 letters at most",
          each(_described)),
    Check("requests-markup", LIST, "Descriptions hold no HTML", each(_no_markup)),
    Check("requests-ids", LIST, "Each has an id of its own", _ids),
    Check("requests-codes", LIST, "Their services are in the list", _known_codes, Level.SHOULD),
    Check("requests-volume", LIST, "There are 1,000 at most", _volume),
    Check("requests-span", LIST, "They span 90 days at most", _span),
    Check("requests-spark", LIST, "JSON is the XML by Spark", _json_list),
    Check("filter-open", LIST, "status=open gives open ones", of_status("open")),
    Check("filter-closed", LIST, "status=closed gives closed ones", of_status("closed")),
    Check("filter-both", LIST, "status=open,closed gives both", of_status("open", "closed")),
    Check("filter-code", LIST, "service_code gives one type", _of_code),
    Check("filter-codes", LIST, "Two codes give two types", _of_codes),
    Check("filter-dates", LIST, "start_date and end_date are kept to", _between),
    Check("filter-past", LIST, "A time without requests gives none", _nothing_between),
    Check("filter-empty", "Definitions", "Empty arguments are as good as none", _empty),
    Check("filter-id", LIST, "service_request_id gives that one", _by_id),
    Check("filter-ids", LIST, "Several ids give several", _by_ids),
    Check("filter-overrides", LIST, "service_request_id overrides all else", _overrides),
    Check("filter-bad-date", ERRORS, "A date that is none is 400 with errors", _bad_date),
    Check("filter-long-span", LIST, "More than 90 days are refused, or cut", _long_span),
    Check("request", ONE, "One request is a list of one", _single),
    Check("request-same", ONE, "It is the same as in the list", _single_same),
    Check("request-unknown", ONE, "An unknown one is 404", status_of(MISSING, 404)),
    Check("request-errors", ERRORS, "Its 404 is a document of errors", errors_of(MISSING)),
    Check("request-errors-json", ERRORS, "In JSON, too",
          errors_of("requests/no-such-request.json", "json")),
    Check("token-unknown", TOKENS, "An unknown token is 404",
          status_of("tokens/no-such-token.xml", 404)),
    Check("resource-unknown", ERRORS, "What there is not is 400 or 404",
          status_of("no-such-resource.xml", 400, 404)),
    Check("method-delete", ERRORS, "DELETE is refused", method_refused("DELETE", "services.xml")),
    Check("method-put", ERRORS, "PUT is refused", method_refused("PUT", "requests.xml")),
)  # fmt: skip
