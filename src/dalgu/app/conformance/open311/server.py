"""The server under test: asked once for each question, its answers read without mercy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2
    from lxml.etree import _Element

TIMEOUT_S = 30
AGENT = "dalgu-open311-conformance"
CHANGING = ("requests", "servicerequestupdates", "tokens")
FORM = "application/x-www-form-urlencoded; charset=utf-8"

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """One answer, as bytes and as what they can be read as."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def xml(self) -> "_Element | None":
        """The root of the XML, `None` where it is none."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            return etree.fromstring(self.body, parser)
        except etree.XMLSyntaxError:
            return None

    @cached_property
    def json(self) -> Any:
        """The decoded JSON, `None` where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def kind(self) -> str:
        """The content type, in small letters."""
        return self.headers.get("content-type", "").lower()

    @property
    def requests(self) -> "list[_Element]":
        """The elements `request` of a list."""
        return [] if self.xml is None else self.xml.findall("request")

    def is_errors(self, form: str = "xml") -> bool:
        """Tell whether it is a document of errors, each with a code and a description."""
        if form == "json":
            told = self.json if isinstance(self.json, list) else []
            return bool(told) and all(
                isinstance(one, dict) and one.get("code") and one.get("description") for one in told
            )
        if self.xml is None or self.xml.tag != "errors":
            return False
        errors = self.xml.findall("error")
        return bool(errors) and all(
            one.findtext("code") and one.findtext("description") for one in errors
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command says of the server, and what of it may be tried."""

    url: str
    jurisdiction: str = ""
    api_key: str = ""
    service_code: str = ""
    place: tuple[float, float] | None = None  # latitude, longitude of what is filed
    discovery: str = ""
    may_file: bool = False


@dataclass
class Server:
    """Asks the server; a question is asked once, however many checks want to know."""

    asked: Asked
    transport: "httpx2.Client"
    notes: dict[str, Any] = field(default_factory=dict)  # what checks leave to later ones
    _kept: dict[tuple[str, tuple[tuple[str, str], ...]], Answer] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> Answer:
        """Ask for a resource below the endpoint."""
        params = {"jurisdiction_id": self.asked.jurisdiction} | query
        sent = tuple((name, value) for name, value in params.items() if value or name in query)
        if (path, sent) not in self._kept:
            self._kept[path, sent] = self._read("GET", f"{self.asked.url}/{path}", params=sent)
        return self._kept[path, sent]

    def post(self, path: str, fields: Fields, *, key: str | None = None) -> Answer:
        """Send a form, with the api_key that the command names unless another is given."""
        from urllib.parse import urlencode

        own = [("jurisdiction_id", self.asked.jurisdiction), ("api_key", key or self.asked.api_key)]
        body = urlencode([*((name, value) for name, value in own if value), *fields])
        self._forget_requests()
        return self._read(
            "POST", f"{self.asked.url}/{path}", content=body, headers={"content-type": FORM}
        )

    def upload(self, path: str, fields: Fields, body: bytes) -> Answer:
        """Send a form with a photo."""
        own = {"jurisdiction_id": self.asked.jurisdiction, "api_key": self.asked.api_key}
        data = {name: value for name, value in own.items() if value} | dict(fields)
        files = {"media": ("photo.jpg", body, "image/jpeg")}
        self._forget_requests()
        return self._read("POST", f"{self.asked.url}/{path}", data=data, files=files)

    def ask(self, method: str, path: str) -> Answer:
        """Ask by another method."""
        return self._read(method, f"{self.asked.url}/{path}")

    def _forget_requests(self) -> None:
        """Ask again for whatever a form may change."""
        kept = self._kept.items()
        self._kept = {key: one for key, one in kept if not key[0].startswith(CHANGING)}

    @cached_property
    def found_discovery(self) -> str:
        """The address of the discovery without its format: told, at the endpoint, or above it."""
        above = self.asked.url.rpartition("/")[0]
        places = (self.asked.discovery, f"{self.asked.url}/discovery", f"{above}/discovery")
        for place in filter(None, places):
            if self._read("GET", f"{place}.xml").status == 200:
                return place
        return f"{self.asked.url}/discovery"

    def discovered(self, form: str) -> Answer:
        """Ask for the discovery."""
        return self._read("GET", f"{self.found_discovery}.{form}")

    @cached_property
    def has_json(self) -> bool:
        """Whether the discovery says so, or the server simply answers JSON."""
        told = self.discovered("xml").xml
        formats = [] if told is None else [one.text or "" for one in told.iter("format")]
        return "application/json" in formats or self.get("services.json").status == 200

    @property
    def services(self) -> "list[_Element]":
        """The elements `service`."""
        root = self.get("services.xml").xml
        return [] if root is None else root.findall("service")

    @property
    def codes(self) -> list[str]:
        """The codes of all services."""
        return [one.findtext("service_code") or "" for one in self.services]

    @property
    def described(self) -> list[str]:
        """The codes of services that have a definition."""
        return [
            one.findtext("service_code") or ""
            for one in self.services
            if one.findtext("metadata") == "true"
        ]

    def definition(self, code: str) -> Answer:
        """Ask for a definition."""
        return self.get(f"services/{code}.xml")

    def _read(self, method: str, url: str, **more: Any) -> Answer:
        answer = self.transport.request(method, url, **more)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(str(answer.url), answer.status_code, headers, answer.content)


def client() -> "httpx2.Client":
    """Return a client that follows redirects and says who it is."""
    import httpx2

    return httpx2.Client(timeout=TIMEOUT_S, follow_redirects=True, headers={"user-agent": AGENT})
