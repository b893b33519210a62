"""The types this hub declares and the Smart Data Models, for programs: under `/hub/v1`."""

from collections.abc import Iterable, Mapping

import msgspec

from dalgu.hub.api.exchange import LD_TYPE, Call, Response, encode, plain
from dalgu.hub.api.table import Table
from dalgu.hub.errors import ParameterInvalid
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document, Entity
from dalgu.hub.query.parse import whole
from dalgu.hub.smart_data_models.catalogue import Model, catalogue, context_of
from dalgu.hub.smart_data_models.declared import (
    CONTEXT_PATH,
    DeclaredType,
    context_of_declared,
    registry,
)
from dalgu.hub.smart_data_models.search import Found, ready

MAX_FOUND = 100
MAX_QUESTION = 200


Declared = Iterable[type[Entity]]


def routes(hub: Hub, declared: Declared) -> Table:
    """Return the routes with the operations that access knows."""
    models = Models(hub, declared)
    return {
        ("hub", "models"): {"GET": (models.listed, "entity.read")},
        ("hub", "models", "*"): {"GET": (models.model, "entity.read")},
        ("hub", "models", "*", "*"): {"GET": (models.model, "entity.read")},
        ("hub", "context.jsonld"): {"GET": (models.context, "public.read")},
    }


class Models:
    """The handlers, with the declared types they tell of."""

    def __init__(self, hub: Hub, declared: Declared) -> None:
        self._hub = hub
        self._declared = registry(declared)

    async def listed(self, call: Call) -> Response:
        """List the declared types, or with `search` the models that have its words."""
        parameters = call.parameters(frozenset(("search", "limit")))
        limit = whole(parameters, "limit", 20, MAX_FOUND)
        question = parameters.get("search")
        counts = await self._hub.types()
        if question is None:
            return plain([_declared(one, counts) for one in self._declared.values()])
        if len(question) > MAX_QUESTION:
            raise ParameterInvalid("search", question, f"has more than {MAX_QUESTION} signs")
        answer = ready().search(question, limit=limit)
        return plain(
            {
                "models": [_found(one, counts) for one in answer.found],
                "didYouMean": answer.meant,
            }
        )

    async def model(self, call: Call) -> Response:
        """Tell all of one model, or of a declared type that follows none."""
        call.parameters(frozenset())
        name, counts = "/".join(call.path[1:]), await self._hub.types()
        declared = self._declared.get(name)
        model = catalogue().find(name) if declared is None else declared.model
        told: Document = {} if model is None else _whole(model, entities_of(model, counts))
        if declared is not None:
            told["declared"] = _declared(declared, counts) | {"attributes": _attributes(declared)}
        return plain(told)

    async def context(self, call: Call) -> Response:
        """Serve the JSON-LD context of the declared types."""
        call.parameters(frozenset())
        body = context_of_declared(one.entity for one in self._declared.values())
        return Response(200, encode(body), [(b"content-type", LD_TYPE.encode())])


def entities_of(model: Model, counts: Mapping[str, int]) -> int:
    """Return how many entities of a model a hub holds, by its IRI or its short name."""
    return counts.get(model.iri, 0) + counts.get(model.name, 0)


def _found(found: Found, counts: Mapping[str, int]) -> Document:
    model = found.model
    return {
        "name": model.name,
        "subject": model.subject,
        "version": model.version,
        "description": model.description,
        "score": found.score,
        "attributes": found.attributes,
        "entities": entities_of(model, counts),
    }


def _whole(model: Model, entities: int) -> Document:
    told: Document = msgspec.to_builtins(model)
    return {
        **told,
        "iri": model.iri,
        "links": model.links(),
        "source": catalogue().source,
        "entities": entities,
        **context_of(model),
    }


def _declared(one: DeclaredType, counts: Mapping[str, int]) -> Document:
    why = one.entity.unmodelled
    return {
        "type": one.name,
        "iri": one.iri,
        "model": None if one.model is None else one.model.full_name,
        "unmodelled": None if why is None else {"ko": why.ko, "en": why.en},
        "departs": sorted(one.departures),
        "context": CONTEXT_PATH,
        "entities": counts.get(one.name, 0),
    }


def _attributes(one: DeclaredType) -> list[Document]:
    return [
        {
            "name": attribute.name,
            "iri": attribute.iri,
            "kind": attribute.kind,
            "unit": attribute.unit,
            "meaning": {"ko": attribute.meaning.ko, "en": attribute.meaning.en},
            "standing": attribute.standing,
            "inModel": attribute.in_model or None,
        }
        for attribute in one.attributes
    ]
