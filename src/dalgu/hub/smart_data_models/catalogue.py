"""The models by name, from the index beside this file; nothing is read before it is asked for.

`tools/smart_data_models.py` makes the index; NOTICE.md says where it comes from and under which
licence.
"""

import lzma
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, field, json

from dalgu.hub.errors import ResourceNotFound, shown
from dalgu.hub.model import Document

INDEX = Path(__file__).with_name("index.json.xz")
VOCABULARY = "https://smartdatamodels.org/"
CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
SUBJECT_PREFIX = "dataModel."
_GITHUB = "https://github.com/smart-data-models"
_RAW = "https://raw.githubusercontent.com/smart-data-models"
_PAGES = "https://smart-data-models.github.io"

Kind = Literal["Property", "Relationship", "GeoProperty"]
Type = Literal["string", "number", "integer", "boolean", "array", "object", ""]


class ModelNotExisting(ResourceNotFound):
    """No Smart Data Model has this name."""

    slug = "model-not-existing"
    title = "The model does not exist"

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        meant = f" Near to it are {', '.join(near)}." if near else ""
        super().__init__(
            f"Smart Data Model '{shown(name)}' does not exist.{meant} "
            "`dalgu hub models search WORD` finds others.",
            model=shown(name),
        )


class ModelAmbiguous(ResourceNotFound):
    """Several subjects have a model of this name."""

    slug = "model-ambiguous"
    title = "Several models have this name"

    def __init__(self, name: str, full: tuple[str, ...]) -> None:
        super().__init__(
            f"Several Smart Data Models are named '{shown(name)}'; name one of {', '.join(full)}.",
            model=shown(name),
        )


class ModelAttribute(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One attribute of a model, as its table has it."""

    name: str
    iri: str
    kind: Kind = "Property"
    type: Type = ""  # of its value in JSON; empty where the model takes several
    description: str = ""
    enum: tuple[str, ...] = ()
    format: str = ""  # date-time, uri, …
    units: str = ""  # in the model's own words
    low: float | None = None
    high: float | None = None
    means: str = ""  # the IRI of a definition elsewhere, schema.org's mostly


class Model(Struct, frozen=True, omit_defaults=True, kw_only=True, dict=True):
    """One model: an entity type that others agreed on."""

    name: str
    subject: str
    version: str = ""
    description: str = ""
    tags: str = ""
    domains: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    attributes: tuple[ModelAttribute, ...] = ()
    derived_from: str = ""
    licence: str = ""  # where the model names the licence of what it comes from

    @property
    def full_name(self) -> str:
        """Return subject and name, as `dataModel.Parking/OffStreetParking`."""
        return f"{self.subject}/{self.name}"

    @property
    def iri(self) -> str:
        """Return the IRI of the entity type."""
        return f"{VOCABULARY}{self.subject}/{self.name}"

    @property
    def context_url(self) -> str:
        """Return the address of the subject's JSON-LD context."""
        return context_url(self.subject)

    @cached_property
    def by_name(self) -> dict[str, ModelAttribute]:
        """Return the attributes by their terms."""
        return {one.name: one for one in self.attributes}

    def links(self) -> dict[str, str]:
        """Return where the model lives in the network."""
        tree = f"{_RAW}/{self.subject}/master/{self.name}"
        return {
            "repository": f"{_GITHUB}/{self.subject}/tree/master/{self.name}",
            "schema": f"{_PAGES}/{self.subject}/{self.name}/schema.json",
            "context": self.context_url,
            "example": f"{tree}/examples/example-normalized.jsonld",
            "specification_ko": f"{tree}/doc/spec_KO.md",
            "licence": f"{_GITHUB}/{self.subject}/blob/master/{self.name}/LICENSE.md",
        }


class Catalogue(Struct, frozen=True, kw_only=True, dict=True):
    """All models of the index."""

    source: str  # the package and version it was made from
    models: tuple[Model, ...]
    inner_terms: dict[str, dict[str, str]] = field(default_factory=dict)  # of values, by subject

    @cached_property
    def by_name(self) -> dict[str, tuple[Model, ...]]:
        """Return the models by their names in small letters."""
        found: dict[str, tuple[Model, ...]] = {}
        for one in self.models:
            found[one.name.lower()] = (*found.get(one.name.lower(), ()), one)
        return found

    @cached_property
    def by_iri(self) -> dict[str, Model]:
        """Return the models by the IRIs of their entity types."""
        return {one.iri: one for one in self.models}

    def find(self, name: str) -> Model:
        """Return the model of a name, `Subject/Name` or IRI.

        Raises
        ------
        ModelNotExisting
            When there is none; the sentence names those whose names are near.
        ModelAmbiguous
            When several subjects have one.

        Examples
        --------
        >>> catalogue().find("offstreetparking").full_name
        'dataModel.Parking/OffStreetParking'

        """
        if name in self.by_iri:
            return self.by_iri[name]
        subject, _, last = name.rpartition("/")
        found = self.by_name.get(last.lower(), ())
        if subject:
            wanted = _subject(subject).lower()
            found = tuple(one for one in found if one.subject.lower() == wanted)
        if len(found) > 1:
            raise ModelAmbiguous(name, tuple(one.full_name for one in found))
        if not found:
            raise ModelNotExisting(name, self._near(last))
        return found[0]

    def _near(self, name: str) -> tuple[str, ...]:
        from difflib import get_close_matches

        near = get_close_matches(name.lower()[:80], self.by_name, n=3, cutoff=0.6)
        return tuple(self.by_name[one][0].name for one in near)

    def terms(self, subject: str) -> dict[str, str]:
        """Return the terms of a subject's context with their IRIs, empty for no such subject."""
        terms = dict(self.inner_terms.get(subject, {}))
        for model in self.models:
            if model.subject == subject:
                terms |= {one.name: one.iri for one in model.attributes if one.iri[:1] != "@"}
                terms[model.name] = model.iri
        return dict(sorted(terms.items()))

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Return the subjects, each the home of some models."""
        return tuple(dict.fromkeys(one.subject for one in self.models))


def _subject(text: str) -> str:
    return text if text.lower().startswith(SUBJECT_PREFIX.lower()) else SUBJECT_PREFIX + text


def context_url(subject: str) -> str:
    """Return the address of a subject's JSON-LD context."""
    return f"{_RAW}/{subject}/master/context.jsonld"


def context_of(model: Model) -> Document:
    """Return the JSON-LD context of one model: its type and attributes, and the core last."""
    terms = {one.name: one.iri for one in model.attributes if one.iri[:1] != "@"}
    return {"@context": [{model.name: model.iri, **terms}, CORE]}


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the models; the index is read once, in a few hundredths of a second."""
    return json.decode(lzma.decompress(INDEX.read_bytes()), type=Catalogue)
