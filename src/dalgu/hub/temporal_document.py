"""Histories on their way into the hub (CIM 009 4.5.6): one document for each layer of instances."""

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.context import CORE, Context
from dalgu.hub.document import ENTITY_MEMBERS, instances, parse_entity, parse_fragment
from dalgu.hub.errors import DocumentInvalid
from dalgu.hub.model import JSON, Document
from dalgu.hub.values import NULL, check_date_time


def parse_evolution(
    body: JSON, context: Context = CORE, *, known: Document | None = None
) -> list[Document]:
    """Return an entity in temporal representation as canonical documents.

    Each attribute of the body is an array of instances; the k-th document holds the k-th
    instance of every attribute. The value of an instance may be the null that tells of a
    deletion (5.5.4). A scope with instants is the list of its instances, in the first document.

    Parameters
    ----------
    body
        A decoded JSON object.
    context
        The context its names are written in.
    known
        `id` and `type` of the entity, where the body is a fragment.

    Raises
    ------
    DocumentInvalid
        When the body is no entity of NGSI-LD.
    """
    if not isinstance(body, dict):
        raise DocumentInvalid("body", "must be an object.")
    for key, value in body.items():
        if value == NULL or value is None:
            raise DocumentInvalid(key, "must not be null at the first level (5.5.4).")
    fixed = {key: value for key, value in body.items() if key in ENTITY_MEMBERS}
    scopes = _scopes(fixed.get("scope"))
    if scopes:
        del fixed["scope"]
    head = parse_entity(fixed, context) if known is None else parse_fragment(fixed, context) | known
    documents = [
        head | parse_fragment(layer, context)
        for layer in _layers({k: v for k, v in body.items() if k not in ENTITY_MEMBERS})
    ] or [head]
    for document in documents:
        _check(document)
    if scopes:
        documents[0]["scope"] = scopes
    return documents


def _layers(attributes: Document) -> list[Document]:
    layers: list[Document] = []
    for key, value in attributes.items():
        for index, instance in enumerate(value if isinstance(value, list) else [value]):
            if index == len(layers):
                layers.append({})
            layers[index][key] = instance
    return layers


def _check(document: Document) -> None:
    """Refuse instances without a value: a history is told, not patched."""
    for name, attribute in document.items():
        if name in ENTITY_MEMBERS:
            continue
        for one in instances(attribute):
            if one.get("observedAt") == NULL:
                raise DocumentInvalid(name, "must have an instant as its observedAt.")
            if VALUE_MEMBER[one["type"]] not in one:
                raise DocumentInvalid(name, "must have a value in each of its instances.")


def _scopes(scope: JSON) -> list[Document]:
    """Return the instances of a scope's history; none where it is plain."""
    several = scope if isinstance(scope, list) else [scope]
    if not any(isinstance(one, dict) for one in several):
        return []
    found: list[Document] = []
    for one in several:
        value = one.get("value") if isinstance(one, dict) else None
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) and text for text in listed):
            raise DocumentInvalid("scope", "must have text, or texts, as its value.")
        instance: Document = {"type": "Property", "value": value}
        if "observedAt" in one:
            instance["observedAt"] = check_date_time("scope.observedAt", one["observedAt"])
        found.append(instance)
    return found
