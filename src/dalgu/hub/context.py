"""JSON-LD contexts without the network and without a JSON-LD library: flat maps of terms.

A context list is flattened once into term -> stored name and back; both ways are cached, so
that a request pays one dictionary look-up per name. Names of the core and of the default
vocabulary are stored as bare terms, all others as full IRIs. The core context always wins, as
CIM 009 5.5.7 says that it is the last one.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from weakref import WeakSet

from dalgu.hub.core_context import (
    CORE_CONTEXT,
    CORE_CONTEXT_URLS,
    CORE_NAMES,
    CORE_TERMS,
    DEFAULT_VOCABULARY,
    NGSI_LD,
)
from dalgu.hub.errors import BadRequestData, ContextNotAvailable, DocumentInvalid
from dalgu.hub.model import JSON, Document

MAX_CACHED_NAMES = 20_000  # per context; foreign names must not fill the memory
MAX_CACHED_CONTEXTS = 500
MAX_NAME_LENGTH = 1024
MAX_TERMS = 100_000
_DEFAULT_PREFIX = "ngsi-ld:default-context/"  # as a name that the core's prefix makes short
MAX_CONTEXT_DEPTH = 16  # a context that names contexts that name contexts

# What would break the query languages and IRIs; CIM 009 4.6.2 is narrower, real data is not.
_FORBIDDEN = re.compile(r"[\s\x00-\x20\x7f<>\"'=;()\[\]{}|\\^`?&,!~\ud800-\udfff]")
_NAME_START = re.compile(r"[^\W\d]")  # CIM 009 4.6.2: a name starts with a letter


class ContextInvalid(BadRequestData):
    """A JSON-LD context cannot be read."""

    slug = "context-invalid"
    title = "The JSON-LD context is invalid"

    def __init__(self, what: str) -> None:
        super().__init__(f"The JSON-LD context is invalid: {what}")


def _checked(name: str) -> str:
    if not name or len(name) > MAX_NAME_LENGTH or _FORBIDDEN.search(name):
        raise DocumentInvalid(name, "is no valid name of a type or an attribute.")
    return name


class _Expansion(dict[str, str]):
    """Term -> stored name; a term that is met for the first time is expanded and kept."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, term: str) -> str:
        if len(self) >= MAX_CACHED_NAMES:
            self.clear()
        if not _NAME_START.match(term):
            raise DocumentInvalid(term, "is no valid name of a type or an attribute.")
        name = self[term] = stored_name(expand_iri(_checked(term), self._terms))
        return name


class _Compaction(dict[str, str]):
    """Stored name -> shortest term of the context."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        super().__init__()
        self._terms = terms
        self._by_iri: dict[str, str] = {}
        for term, iri in terms.items():
            kept = self._by_iri.get(iri)
            if kept is None or (len(term), term) < (len(kept), kept):
                self._by_iri[iri] = term
        # Only what ends like a namespace is used as a prefix (JSON-LD 1.1, 4.1.5).
        self._prefixes = sorted(
            ((iri, term) for iri, term in self._by_iri.items() if iri[-1:] in "/#:?"),
            key=lambda pair: -len(pair[0]),
        )

    def __missing__(self, name: str) -> str:
        if len(self) >= MAX_CACHED_NAMES:
            self.clear()
        term = self[name] = self._compact(name)
        return term

    def _compact(self, name: str) -> str:
        if name in CORE_TERMS:
            return name
        if ":" not in name:
            shadowed = name in self._terms and self._terms[name] != DEFAULT_VOCABULARY + name
            iri = DEFAULT_VOCABULARY + name
            return self._by_iri.get(iri, _DEFAULT_PREFIX + name if shadowed else name)
        if name in self._by_iri:
            return self._by_iri[name]
        for prefix, term in self._prefixes:
            if name.startswith(prefix) and len(name) > len(prefix):
                return f"{term}:{name[len(prefix) :]}"
        return name


def stored_name(iri: str) -> str:
    """Return how the hub stores a name: a bare term if it is of the core or default vocabulary.

    >>> stored_name("https://uri.etsi.org/ngsi-ld/location")
    'location'
    >>> stored_name("https://uri.etsi.org/ngsi-ld/default-context/speed")
    'speed'
    """
    if iri.startswith(DEFAULT_VOCABULARY):
        rest = iri[len(DEFAULT_VOCABULARY) :]
        return rest if rest and ":" not in rest and rest not in CORE_TERMS else iri
    return CORE_NAMES.get(iri, iri)


def full_name(name: str) -> str:
    """Return the IRI of a stored name.

    >>> full_name("speed")
    'https://uri.etsi.org/ngsi-ld/default-context/speed'
    """
    if name in CORE_TERMS:
        return CORE_TERMS[name]
    return name if ":" in name else DEFAULT_VOCABULARY + name


def expand_iri(term: str, terms: Mapping[str, str]) -> str:
    """Return the IRI of a term or of a compact IRI under a flat map of terms."""
    if term in CORE_TERMS:
        return CORE_TERMS[term]
    if term in terms:
        return terms[term]
    prefix, colon, rest = term.partition(":")
    if not colon:
        return DEFAULT_VOCABULARY + term
    if not rest.startswith("//") and prefix in terms:
        return terms[prefix] + rest
    return NGSI_LD + rest if prefix == "ngsi-ld" else term


class Context:
    """A context ready for use: `names[term]` expands, `terms[name]` compacts, both cached."""

    __slots__ = ("link", "names", "remembered", "source", "terms")

    def __init__(self, source: JSON, definitions: Mapping[str, str]) -> None:
        self.source: Final = source  # what a response of JSON-LD repeats
        self.link: Final = source if isinstance(source, str) else None
        self.names: Final[dict[str, str]] = _Expansion(definitions)
        self.terms: Final[dict[str, str]] = _Compaction(definitions)
        self.remembered: Final[dict[bytes, object]] = {}
        """What query strings mean in this context, as their reader keeps it."""

    def expand(self, term: str) -> str:
        """Return the stored name of a term; raise `DocumentInvalid` when it is no name."""
        return self.names[term]

    def compact(self, name: str) -> str:
        """Return the term of a stored name."""
        return self.terms[name]


CORE: Final = Context(CORE_CONTEXT, {})


Shipped = Callable[[str], JSON]
"""Makes the document of a URL that comes with the package; None for any other URL."""


class ContextSet:
    """All contexts a hub holds: the offline bundle and those that were added while it runs.

    A set over a `public` one sees what that holds, too, and adds to its own only.
    """

    def __init__(
        self,
        bundle: Mapping[str, JSON] | None = None,
        public: "ContextSet | None" = None,
        shipped: Shipped | None = None,
    ) -> None:
        self._documents: dict[str, JSON] = dict(bundle or {})
        self._shipped = shipped
        self._flat: dict[str, dict[str, str]] = {}
        self._by_url: dict[str, Context] = {}
        self._public = public
        self._over: WeakSet[ContextSet] = WeakSet()  # the sets that see what this one holds
        if public is not None:
            public._over.add(self)

    def add(self, url: str, document: JSON) -> None:
        """Hold a context under a URL; raise `ContextInvalid` when it cannot be read."""
        self._flatten(context_of(document), 0)
        self._documents[url] = document
        self._forget()

    def hold(self, url: str, document: JSON) -> None:
        """Hold a context that may name others which are not held yet."""
        self._documents[url] = document
        self._forget()

    def remove(self, url: str) -> None:
        """Forget a context."""
        self._documents.pop(url, None)
        self._forget()

    def urls(self) -> list[str]:
        """Return the URLs of all contexts that are held, without the core."""
        return sorted(self._documents)

    def document(self, url: str) -> JSON | None:
        """Return the document held under a URL, or shipped for it."""
        if url not in self._documents and self._public is not None:
            return self._public.document(url)
        held = self._documents.get(url)
        return self._shipped(url) if held is None and self._shipped is not None else held

    def _forget(self) -> None:
        self._flat.clear()
        self._by_url.clear()
        for one in self._over:
            one._forget()

    def resolve(self, source: JSON = None) -> Context:
        """Return the context of an `@context` value or of a Link header's URL.

        Raises
        ------
        ContextNotAvailable
            When a URL is named that the hub does not hold.
        ContextInvalid
            When the value is no JSON-LD context.
        """
        if source is None or source == []:
            return CORE
        if isinstance(source, list) and len(source) == 1:
            source = source[0]
        if not isinstance(source, str):
            return Context(source, self._flatten(source, 0))
        if source in CORE_CONTEXT_URLS:
            return CORE
        if self._public is not None and source not in self._documents:
            return self._public.resolve(source)
        known = self._by_url.get(source)
        if known is None:
            if len(self._by_url) >= MAX_CACHED_CONTEXTS:
                self._by_url.clear()
            known = self._by_url[source] = Context(source, self._flatten(source, 0))
        return known

    def _flatten(self, source: JSON, depth: int) -> dict[str, str]:
        if depth > MAX_CONTEXT_DEPTH:
            raise ContextInvalid(f"it is nested more than {MAX_CONTEXT_DEPTH} levels deep.")
        if isinstance(source, str):
            return self._flatten_url(source, depth)
        if isinstance(source, list):
            flat: dict[str, str] = {}
            for part in source:
                flat.update(self._flatten(part, depth + 1))
            return flat
        if isinstance(source, dict):
            return _definitions(source)
        raise ContextInvalid("it must be a URL, an object or an array of these.")

    def _flatten_url(self, url: str, depth: int) -> dict[str, str]:
        if url in CORE_CONTEXT_URLS:
            return {}
        if self._public is not None and url not in self._documents:
            return self._public._flatten_url(url, depth)
        if url not in self._flat:
            document = self.document(url)
            if document is None:
                raise ContextNotAvailable(url)
            self._flat[url] = self._flatten(context_of(document), depth + 1)
        return self._flat[url]


def context_of(document: JSON) -> JSON:
    """Return the `@context` member of a context document; raise `ContextInvalid` if absent."""
    if isinstance(document, dict) and "@context" in document:
        return document["@context"]
    raise ContextInvalid("the document must be an object with a member '@context'.")


def _definitions(source: Document) -> dict[str, str]:
    """Flatten one context object: simple and expanded definitions, prefixes, aliases."""
    if len(source) > MAX_TERMS:
        raise ContextInvalid(f"it holds more than {MAX_TERMS} terms.")
    raw: dict[str, str] = {}
    for term, definition in source.items():
        if term.startswith("@"):
            continue
        if isinstance(definition, dict) and "@context" in definition:
            raise ContextInvalid(f"term '{term[:80]}' has a context of its own (CIM 009 5.5.7).")
        iri = definition.get("@id", term) if isinstance(definition, dict) else definition
        if iri is None:
            continue
        if not isinstance(iri, str):
            raise ContextInvalid(f"term '{term[:80]}' must be defined by text or an object.")
        raw[_checked(term)] = iri
    vocabulary = source.get("@vocab")
    base = vocabulary if isinstance(vocabulary, str) else DEFAULT_VOCABULARY
    return {term: _absolute(term, raw, base) for term in raw}


def _absolute(term: str, raw: Mapping[str, str], vocabulary: str) -> str:
    iri = raw[term]
    for step in range(MAX_CONTEXT_DEPTH):
        prefix, colon, rest = iri.partition(":")
        if not colon:
            return CORE_TERMS.get(iri) or raw.get(iri, vocabulary + iri)
        if rest.startswith("//") or prefix not in raw:
            return iri
        if prefix == term and step == 0:
            return iri
        if prefix == term:
            break
        iri = raw[prefix] + rest
    raise ContextInvalid(f"term '{term[:80]}' is defined by itself.")
