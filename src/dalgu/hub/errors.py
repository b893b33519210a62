"""What can be refused by the hub: each error is of the kind that CIM 009 table 5.5.2-1 names.

A client tells them apart by `problem_type`, the ETSI URI; the kernel's classes give the status.
"""

from typing import ClassVar

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput, NotExisting
from dalgu.kernel.errors import TooLarge as KernelTooLarge

ETSI_PREFIX = "https://uri.etsi.org/ngsi-ld/errors/"

SHOWN_LENGTH = 120  # signs of foreign text that an error repeats


def shown(text: object) -> str:
    """Return foreign text in a form that is safe and short enough to repeat in an error.

    >>> shown("speed")
    'speed'
    """
    return str(text)[:SHOWN_LENGTH].encode("utf-8", "replace").decode("utf-8")


class HubError(DalguError):
    """An error of the NGSI-LD interface."""

    etsi: ClassVar[str] = "InternalError"

    @property
    def problem_type(self) -> str:
        """URI of the kind of problem, as the standard names it."""
        return ETSI_PREFIX + self.etsi


class InvalidRequest(HubError, InvalidInput):
    """The request has the wrong form: no JSON, an unknown parameter, a broken query."""

    slug = "invalid-request"
    etsi = "InvalidRequest"
    title = "The request is invalid"


class BadRequestData(HubError, InvalidInput):
    """The request has the right form, its content breaks a rule of NGSI-LD."""

    slug = "bad-request-data"
    etsi = "BadRequestData"
    title = "The request data is invalid"


class DocumentInvalid(BadRequestData):
    """An entity, or a piece of one, is not valid NGSI-LD."""

    slug = "document-invalid"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"'{shown(where)}' {what}", where=shown(where))


class QueryInvalid(BadRequestData):
    """An expression of a query language cannot be read."""

    slug = "query-invalid"
    title = "The query is invalid"

    def __init__(self, language: str, text: str, at: int, expected: str) -> None:
        super().__init__(
            f"The {language} expression is invalid at position {at}: {expected} is expected.",
            expression=shown(text),
            position=at,
        )


class ParameterUnknown(InvalidRequest):
    """A query parameter does not exist for the resource (CIM 009 6.3.2)."""

    slug = "parameter-unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Query parameter '{shown(name)}' does not exist for this resource.",
            parameter=shown(name),
        )


class ParameterInvalid(BadRequestData):
    """A query parameter has a value that it cannot have."""

    slug = "parameter-invalid"

    def __init__(self, name: str, value: str, rule: str) -> None:
        super().__init__(
            f"Query parameter '{shown(name)}' is invalid: '{shown(value)}' {rule}.",
            parameter=shown(name),
        )


class AlreadyExists(HubError, AlreadyExisting):
    """The thing to be created already exists."""

    slug = "already-exists"
    etsi = "AlreadyExists"


class EntityAlreadyExists(AlreadyExists):
    """An entity with this id already exists."""

    title = "The entity already exists"

    def __init__(self, entity: str) -> None:
        super().__init__(
            f"Entity '{shown(entity)}' already exists. Merge into it, or replace it.",
            entity=shown(entity),
        )


class SubscriptionAlreadyExists(AlreadyExists):
    """A subscription with this id already exists."""

    title = "The subscription already exists"

    def __init__(self, subscription: str) -> None:
        super().__init__(
            f"Subscription '{shown(subscription)}' already exists.",
            subscription=shown(subscription),
        )


class ResourceNotFound(HubError, NotExisting):
    """The named thing does not exist."""

    slug = "resource-not-found"
    etsi = "ResourceNotFound"


class EntityNotExisting(ResourceNotFound):
    """No entity has this id."""

    title = "The entity does not exist"

    def __init__(self, entity: str) -> None:
        super().__init__(f"Entity '{shown(entity)}' does not exist.", entity=shown(entity))


class AttributeNotExisting(ResourceNotFound):
    """The entity has no such attribute, or no such instance of it."""

    title = "The attribute does not exist"

    def __init__(self, entity: str, attribute: str, dataset: str | None = None) -> None:
        which = "" if dataset is None else f" with datasetId '{shown(dataset)}'"
        super().__init__(
            f"Attribute '{shown(attribute)}'{which} of entity '{shown(entity)}' does not exist.",
            entity=shown(entity),
            attribute=shown(attribute),
        )


class InstanceNotExisting(ResourceNotFound):
    """The attribute's history has no instance of this id."""

    title = "The attribute instance does not exist"

    def __init__(self, entity: str, attribute: str, instance: str) -> None:
        super().__init__(
            f"Attribute '{shown(attribute)}' of entity '{shown(entity)}' "
            f"has no instance '{shown(instance)}'.",
            entity=shown(entity),
            attribute=shown(attribute),
            instance=shown(instance),
        )


class EntityMapNotExisting(ResourceNotFound):
    """No entity map has this id, or it has expired."""

    title = "The entity map does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(f"Entity map '{shown(name)}' does not exist.", entity_map=shown(name))


class MembersGone(ResourceNotFound):
    """The entity exists; what is asked for leaves no member of it (CIM 009 5.7.1.4)."""

    title = "The entity has none of the members"

    def __init__(self, entity: str) -> None:
        super().__init__(
            f"Entity '{shown(entity)}' has no member that 'pick' and 'omit' leave.",
            entity=shown(entity),
        )


class SubscriptionNotExisting(ResourceNotFound):
    """No subscription has this id."""

    title = "The subscription does not exist"

    def __init__(self, subscription: str) -> None:
        super().__init__(
            f"Subscription '{shown(subscription)}' does not exist.",
            subscription=shown(subscription),
        )


class ContextNotExisting(ResourceNotFound):
    """The hub holds no JSON-LD context under this id."""

    title = "The context does not exist"

    def __init__(self, context: str) -> None:
        super().__init__(f"Context '{shown(context)}' does not exist.", context=shown(context))


class TypeNotExisting(ResourceNotFound):
    """No entity of this type exists."""

    title = "The entity type does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(f"Entity type '{shown(name)}' does not exist.", entity_type=shown(name))


class AttributeNameNotExisting(ResourceNotFound):
    """No entity has an attribute of this name."""

    title = "The attribute does not exist"

    def __init__(self, name: str) -> None:
        super().__init__(f"Attribute '{shown(name)}' does not exist.", attribute=shown(name))


class MessageNotExisting(ResourceNotFound):
    """The hub keeps no message under this number."""

    title = "The message does not exist"

    def __init__(self, message_id: int) -> None:
        super().__init__(f"Message {message_id} does not exist.", message_id=message_id)


class KeptNotExisting(ResourceNotFound):
    """The hub keeps no bytes under this digest."""

    title = "The kept bytes do not exist"

    def __init__(self, digest: str) -> None:
        super().__init__(f"Kept bytes '{shown(digest)}' do not exist.", digest=shown(digest))


class PathNotExisting(ResourceNotFound):
    """The interface has no such resource."""

    title = "The resource does not exist"

    def __init__(self, path: str) -> None:
        super().__init__(f"Resource '{shown(path)}' does not exist.", path=shown(path))


class ContextNotAvailable(HubError):
    """A JSON-LD context is named that the hub does not hold; it fetches none at run time."""

    status = 504
    slug = "context-not-available"
    etsi = "LdContextNotAvailable"
    title = "The JSON-LD context is not available"

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Context '{shown(url)}' is not available. Host it by POST /jsonldContexts, "
            "or add it to the offline bundle.",
            context=shown(url),
        )
        self.url = url


class TooComplexQuery(HubError, Forbidden):
    """The query would cost more than the hub is willing to spend on one request."""

    slug = "too-complex-query"
    etsi = "TooComplexQuery"
    title = "The query is too complex"


class TooManyResults(HubError, Forbidden):
    """The answer would be larger than the hub is willing to send."""

    slug = "too-many-results"
    etsi = "TooManyResults"
    title = "The query has too many results"


class OperationNotSupported(HubError):
    """The standard names this operation; this hub does not carry it."""

    status = 422
    slug = "operation-not-supported"
    etsi = "OperationNotSupported"
    title = "The operation is not supported"


class NoMultiTenantSupport(HubError):
    """A tenant is named at an interface that serves one alone."""

    status = 501
    slug = "no-multi-tenant-support"
    etsi = "NoMultiTenantSupport"
    title = "Tenants are not supported"


class BodyTooLarge(HubError, KernelTooLarge):
    """The body of a request passes the limit."""

    slug = "body-too-large"
    etsi = "InvalidRequest"
    title = "The request body is too large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The request body must be at most {limit_bytes} bytes.", limit_bytes=limit_bytes
        )


class MethodNotAllowed(HubError):
    """The resource exists and does not know this method."""

    status = 405
    slug = "method-not-allowed"
    etsi = "InvalidRequest"
    title = "The method is not allowed"

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(
            f"Method {shown(method)} is not allowed here; allowed are {allowed}.", allowed=allowed
        )
        self.allowed = allowed


class NotAcceptable(HubError):
    """The client accepts no media type that the hub can give."""

    status = 406
    slug = "not-acceptable"
    etsi = "InvalidRequest"
    title = "No acceptable media type"

    def __init__(self, accept: str) -> None:
        super().__init__(
            f"None of the media types '{shown(accept)}' can be given; "
            "accept application/json, application/ld+json or application/geo+json.",
            accept=shown(accept),
        )


class LengthRequired(HubError):
    """A request with a body must say its length."""

    status = 411
    slug = "length-required"
    etsi = "InvalidRequest"
    title = "The length is required"

    def __init__(self) -> None:
        super().__init__("Header Content-Length is required for a request with a body.")


class MediaTypeUnsupported(HubError):
    """The body is of a media type that the hub does not read."""

    status = 415
    slug = "media-type-unsupported"
    etsi = "InvalidRequest"
    title = "The media type is not supported"

    def __init__(self, media_type: str) -> None:
        super().__init__(
            f"Media type '{shown(media_type)}' is not supported; "
            "send application/json or application/ld+json.",
            media_type=shown(media_type),
        )
