"""Checks of formats, of the list of services and of their definitions."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dalgu.app.conformance.open311.judging import Check, Level, Skip, Verdict, first_wrong, unless
from dalgu.app.conformance.open311.server import Answer, Server
from dalgu.app.conformance.open311.words import plain, spark, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

ENCODING, LIST, DEFINITION = "Format Support", "GET Service List", "GET Service Definition"
OF_SERVICE = (
    "service_code",
    "service_name",
    "description",
    "metadata",
    "type",
    "keywords",
    "group",
)
OF_ATTRIBUTE = ("variable", "code", "datatype", "required", "datatype_description", "order",
                "description")  # fmt: skip
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTED = ("singlevaluelist", "multivaluelist")
LISTS = frozenset({"services", "attributes", "values"})
MOST_DEFINITIONS = 25


def _xml_kind(server: Server) -> Verdict:
    kind = server.get("services.xml").kind.replace(" ", "")
    return unless(kind.startswith("text/xml") and "charset=utf-8" in kind, f"it is '{kind}'")


def _declaration(server: Server) -> Verdict:
    head = server.get("services.xml").body[:100].decode("ascii", "replace").lower()
    has = head.startswith("<?xml") and "utf-8" in head.partition("?>")[0]
    return unless(has, f"it begins with {head[:40]!r}")


def _utf8(server: Server) -> Verdict:
    try:
        server.get("services.xml").body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return str(wrong)
    return None


def _no_namespace(server: Server) -> Verdict:
    root = server.get("services.xml").xml
    if root is None:
        return "there is no XML"
    return first_wrong(f"{one.tag}" for one in root.iter() if str(one.tag).startswith("{"))


def _json_kind(server: Server) -> Verdict:
    if not server.has_json:
        return Skip("the server offers no JSON")
    kind = server.get("services.json").kind
    return unless(kind.startswith("application/json"), f"it is '{kind}'")


def _list(server: Server) -> Verdict:
    answer = server.get("services.xml")
    root = answer.xml
    if answer.status != 200 or root is None or root.tag != "services":
        return f"it answers {answer.status} and no element services"
    foreign = [str(one.tag) for one in root if one.tag != "service"]
    return unless(not foreign and len(root) > 0, f"{foreign or 'there is no service'}")


def _codes(server: Server) -> Verdict:
    counted = Counter(server.codes)
    return first_wrong(
        f"'{code}' comes {times} times" for code, times in counted.items() if times > 1 or not code
    )


def of_each(
    complaints: "Callable[[_Element], Iterator[str]]",
) -> Callable[[Server], Verdict]:
    """Return a judge that looks at each service."""

    def judge(server: Server) -> Verdict:
        if not server.services:
            return "there is no service"
        return first_wrong(
            f"{text_of(one, 'service_code')}: {wrong}"
            for one in server.services
            for wrong in complaints(one)
        )

    return judge


def _named(one: "_Element") -> Iterator[str]:
    if not text_of(one, "service_name"):
        yield "it has no service_name"


def _whole(one: "_Element") -> Iterator[str]:
    yield from (f"{name} is missing" for name in OF_SERVICE if one.find(name) is None)


def _metadata(one: "_Element") -> Iterator[str]:
    if text_of(one, "metadata") not in ("true", "false"):
        yield f"metadata is '{text_of(one, 'metadata')}'"


def _type(one: "_Element") -> Iterator[str]:
    if text_of(one, "type") not in ("realtime", "batch", "blackbox"):
        yield f"type is '{text_of(one, 'type')}'"


def _foreign(one: "_Element") -> Iterator[str]:
    yield from (f"foreign element {child.tag}" for child in one if child.tag not in OF_SERVICE)


def _json_list(server: Server) -> Verdict:
    if not server.has_json:
        return Skip("the server offers no JSON")
    root, told = server.get("services.xml").xml, server.get("services.json").json
    if root is None or not isinstance(told, list):
        return "JSON is no list"
    return unless(spark(root, LISTS) == plain(told), "JSON and XML differ")


def _empty_jurisdiction(server: Server) -> Verdict:
    if server.asked.jurisdiction:
        return Skip("the server serves several jurisdictions")
    answer = server.get("services.xml", jurisdiction_id="")
    return unless(answer.status == 200, f"it answers {answer.status}")


def _unknown_jurisdiction(server: Server) -> Verdict:
    answer = server.get("services.xml", jurisdiction_id="nowhere.example")
    if answer.status == 200 and not server.asked.jurisdiction:
        return None  # it may be ignored where one jurisdiction is served
    return unless(answer.status == 404 and answer.is_errors(), f"it answers {answer.status}")


def of_definitions(
    complaints: "Callable[[_Element], Iterator[str]]",
) -> Callable[[Server], Verdict]:
    """Return a judge that looks at the definitions, of the first services that have one."""

    def judge(server: Server) -> Verdict:
        codes = server.described[:MOST_DEFINITIONS]
        if not codes:
            return Skip("no service has a definition")
        return first_wrong(
            f"{code}: {wrong}" for code in codes for wrong in _complaints(server, code)
        )

    def _complaints(server: Server, code: str) -> Iterator[str]:
        root = server.definition(code).xml
        if root is None:
            yield "there is no XML"
            return
        yield from complaints(root)

    return judge


def _definition(server: Server) -> Verdict:
    codes = server.described[:MOST_DEFINITIONS]
    if not codes:
        return Skip("no service has a definition")
    return first_wrong(
        f"{code}: it answers {answer.status}"
        for code in codes
        if not _is_of(answer := server.definition(code), code)
    )


def _is_of(answer: Answer, code: str) -> bool:
    root = answer.xml
    is_definition = root is not None and root.tag == "service_definition"
    return answer.status == 200 and is_definition and root.findtext("service_code") == code  # type: ignore[union-attr]


def _attributes(root: "_Element") -> Iterator[str]:
    for one in root.iterfind("attributes/attribute"):
        yield from (f"{name} is missing" for name in OF_ATTRIBUTE if one.find(name) is None)


def _flags(root: "_Element") -> Iterator[str]:
    for one in root.iterfind("attributes/attribute"):
        for name in ("variable", "required"):
            if text_of(one, name) not in ("true", "false"):
                yield f"{name} is '{text_of(one, name)}'"


def _datatypes(root: "_Element") -> Iterator[str]:
    for one in root.iterfind("attributes/attribute"):
        if text_of(one, "datatype") not in DATATYPES:
            yield f"datatype is '{text_of(one, 'datatype')}'"


def _orders(root: "_Element") -> Iterator[str]:
    orders = [text_of(one, "order") for one in root.iterfind("attributes/attribute")]
    if not all(one.isdigit() and int(one) > 0 for one in orders) or len(set(orders)) < len(orders):
        yield f"orders are {orders}"


def _attribute_codes(root: "_Element") -> Iterator[str]:
    codes = [text_of(one, "code") for one in root.iterfind("attributes/attribute")]
    if not all(codes) or len(set(codes)) < len(codes):
        yield f"codes are {codes}"


def _values(root: "_Element") -> Iterator[str]:
    for one in root.iterfind("attributes/attribute"):
        if text_of(one, "datatype") not in LISTED:
            continue
        values = [(text_of(v, "key"), text_of(v, "name")) for v in one.iterfind("values/value")]
        keys = [key for key, _ in values]
        if not values or not all(key and name for key, name in values):
            yield f"values of {text_of(one, 'code')} are {values}"
        if len(set(keys)) < len(keys):
            yield f"keys of {text_of(one, 'code')} are {keys}"


def _json_definition(server: Server) -> Verdict:
    if not server.has_json or not server.described:
        return Skip("there is no JSON, or no service has a definition")
    code = server.described[0]
    root, told = server.definition(code).xml, server.get(f"services/{code}.json").json
    return unless(
        root is not None and spark(root, LISTS) == plain(told), f"{code}: JSON and XML differ"
    )


def _unknown_code(server: Server) -> Verdict:
    answer = server.get("services/no-such-service-code.xml")
    return unless(answer.status == 404, f"it answers {answer.status}")


def _unknown_code_errors(server: Server) -> Verdict:
    answer = server.get("services/no-such-service-code.xml")
    return unless(answer.is_errors(), f"it answers {answer.body[:80]!r}")


CHECKS = (
    Check("xml-type", ENCODING, "XML is text/xml; charset=utf-8", _xml_kind),
    Check("xml-declaration", ENCODING, "XML declares UTF-8", _declaration),
    Check("utf-8", ENCODING, "The text is UTF-8", _utf8),
    Check("no-namespace", ENCODING, "XML has no namespace", _no_namespace, Level.SHOULD),
    Check("json-type", ENCODING, "JSON is application/json", _json_kind),
    Check("services", LIST, "services.xml lists services", _list),
    Check("services-code", LIST, "Each has a code of its own", _codes),
    Check("services-name", LIST, "Each has a name", of_each(_named)),
    Check("services-fields", LIST, "Each has all fields", of_each(_whole)),
    Check("services-metadata", LIST, "metadata is true or false", of_each(_metadata)),
    Check("services-type", LIST, "type is realtime, batch or blackbox", of_each(_type)),
    Check("services-foreign", LIST, "None has foreign elements", of_each(_foreign), Level.SHOULD),
    Check("services-spark", LIST, "JSON is the XML by Spark", _json_list),
    Check("jurisdiction-empty", "Definitions", "An empty jurisdiction_id is none",
          _empty_jurisdiction),
    Check("jurisdiction-unknown", LIST, "An unknown jurisdiction_id is 404, or ignored",
          _unknown_jurisdiction),
    Check("definition", DEFINITION, "Each service with metadata has its definition", _definition),
    Check("definition-fields", DEFINITION, "Attributes have all fields",
          of_definitions(_attributes)),
    Check("definition-flags", DEFINITION, "variable and required are true or false",
          of_definitions(_flags)),
    Check("definition-datatype", DEFINITION, "datatype is one of six", of_definitions(_datatypes)),
    Check("definition-order", DEFINITION, "order is positive and unique", of_definitions(_orders)),
    Check("definition-code", DEFINITION, "codes are unique", of_definitions(_attribute_codes)),
    Check("definition-values", DEFINITION, "Lists have values with unique keys",
          of_definitions(_values)),
    Check("definition-spark", DEFINITION, "JSON is the XML by Spark", _json_definition),
    Check("definition-unknown", DEFINITION, "An unknown service_code is 404", _unknown_code),
    Check("definition-errors", "Errors", "Its 404 is a document of errors", _unknown_code_errors),
)  # fmt: skip
