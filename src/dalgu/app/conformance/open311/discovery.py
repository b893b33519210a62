"""Checks of Service Discovery."""

from dalgu.app.conformance.open311.judging import Check, Verdict, first_wrong, unless
from dalgu.app.conformance.open311.server import Server
from dalgu.app.conformance.open311.words import plain, spark, text_of

SECTION = "Service Discovery"
LISTS = frozenset({"endpoints", "formats"})
FIELDS = ("changeset", "contact", "key_service", "endpoints")
OF_ENDPOINT = ("specification", "url", "changeset", "type", "formats")


def _xml(server: Server) -> Verdict:
    answer = server.discovered("xml")
    root = answer.xml
    return unless(
        answer.status == 200 and root is not None and root.tag == "discovery",
        f"{answer.url} answers {answer.status} and no element discovery",
    )


def _json(server: Server) -> Verdict:
    answer = server.discovered("json")
    is_object = isinstance(answer.json, dict)
    return unless(answer.status == 200 and is_object, f"{answer.url} answers {answer.status}")


def _fields(server: Server) -> Verdict:
    root = server.discovered("xml").xml
    if root is None:
        return "there is no XML"
    return first_wrong(f"{name} is missing" for name in FIELDS if root.find(name) is None)


def _endpoints(server: Server) -> Verdict:
    root = server.discovered("xml").xml
    found = [] if root is None else root.findall("endpoints/endpoint")
    if not found:
        return "there is no endpoint"
    return first_wrong(
        f"{name} of an endpoint is missing"
        for one in found
        for name in OF_ENDPOINT
        if one.find(name) is None
    )


def _types(server: Server) -> Verdict:
    root = server.discovered("xml").xml
    told = [] if root is None else [one.text or "" for one in root.iter("type")]
    wrong = (f"type '{one}'" for one in told if one not in ("production", "test"))
    return first_wrong(wrong) if told else "no endpoint has a type"


def _formats(server: Server) -> Verdict:
    root = server.discovered("xml").xml
    found = [] if root is None else root.findall("endpoints/endpoint/formats")
    named = [{one.text for one in formats.findall("format")} for formats in found]
    return unless(bool(named) and all("text/xml" in one for one in named), f"formats are {named}")


def _names_itself(server: Server) -> Verdict:
    root = server.discovered("xml").xml
    found = [] if root is None else root.findall("endpoints/endpoint")
    urls = [
        text_of(one, "url").rstrip("/").removeprefix("https:").removeprefix("http:")
        for one in found
        if "GeoReport_v2" in text_of(one, "specification")
    ]
    own = server.asked.url.removeprefix("https:").removeprefix("http:")
    return unless(own in urls, f"GeoReport_v2 is named at {urls}, not at {own}")


def _same(server: Server) -> Verdict:
    root, told = server.discovered("xml").xml, server.discovered("json").json
    if root is None or told is None:
        return "one of the two formats is missing"
    return unless(spark(root, LISTS) == plain(told), "JSON and XML differ")


CHECKS = (
    Check("discovery-xml", SECTION, "The discovery is there in XML", _xml),
    Check("discovery-json", SECTION, "The discovery is there in JSON", _json),
    Check("discovery-fields", SECTION, "It has all required fields", _fields),
    Check("discovery-endpoints", SECTION, "Each endpoint has all required fields", _endpoints),
    Check("discovery-type", SECTION, "An endpoint is of type production or test", _types),
    Check("discovery-formats", SECTION, "Each endpoint offers text/xml", _formats),
    Check("discovery-itself", SECTION, "It names this endpoint for GeoReport_v2", _names_itself),
    Check("discovery-spark", SECTION, "JSON is the XML by Spark", _same),
)
