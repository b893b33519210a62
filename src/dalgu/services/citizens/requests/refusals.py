"""What the room of requests refuses."""

from dalgu.kernel.errors import (
    DalguError,
    Forbidden,
    InvalidInput,
    NotExisting,
    TooLarge,
    Unauthenticated,
)


class ServiceCodeNotExisting(NotExisting):
    """No service has this code."""

    slug = "service-code-not-existing"
    title = "The service does not exist"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"Service code '{code}' does not exist; the list of services has all codes.", code=code
        )


class RequestNotExisting(NotExisting):
    """No request has this number."""

    slug = "request-not-existing"
    title = "The request does not exist"

    def __init__(self, number: int | str) -> None:
        super().__init__(f"Request {number} does not exist.", number=number)


class ServiceCodeRequired(InvalidInput):
    """A request says not what it is about."""

    slug = "service-code-required"
    title = "A service code is required"

    def __init__(self) -> None:
        super().__init__("A service_code is required; the list of services has all codes.")


class RequestPlaceRequired(InvalidInput):
    """A request says not where it is."""

    slug = "request-place-required"
    title = "A place is required"

    def __init__(self) -> None:
        super().__init__(
            "A place is required: lat and long, or an address_string, or an address_id of a dong."
        )


class RequestPlaceUnknown(InvalidInput):
    """An address names no place that the city knows."""

    slug = "request-place-unknown"
    title = "The place is unknown"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The address '{address}' names no dong of the city. Name one, or send lat and long.",
            address=address,
        )


class RequestPlaceOutside(InvalidInput):
    """A place lies in another city."""

    slug = "request-place-outside"
    title = "The place is outside the city"

    def __init__(self, lat: float, lon: float) -> None:
        super().__init__(
            f"Latitude {lat} and longitude {lon} lie outside the city. Report it to the city "
            "that it lies in.",
            lat=lat,
            lon=lon,
        )


class RequestAttributeRequired(InvalidInput):
    """A service asks for an attribute that was not sent."""

    slug = "request-attribute-required"
    title = "An attribute is required"

    def __init__(self, code: str) -> None:
        super().__init__(f"The attribute '{code}' is required for this service.", code=code)


class RequestAttributeInvalid(InvalidInput):
    """An attribute's value is not one that it takes."""

    slug = "request-attribute-invalid"
    title = "An attribute is invalid"

    def __init__(self, code: str, must: str) -> None:
        super().__init__(
            f"The attribute '{code}' is invalid: it must be {must}.", code=code, must=must
        )


class RequestStepNotPossible(DalguError):
    """A request cannot take this step from where it is."""

    status = 409
    slug = "request-step-not-possible"
    title = "The step is not possible"

    def __init__(self, number: int, state: str, step: str) -> None:
        super().__init__(
            f"Request {number} is '{state}'; the step '{step}' is not possible now.",
            number=number,
            state=state,
            step=step,
        )


class RequestAnswerIncomplete(InvalidInput):
    """A step says less than the reporter must be told."""

    slug = "request-answer-incomplete"
    title = "The answer is incomplete"

    def __init__(self, part: str) -> None:
        super().__init__(f"The answer is incomplete: its '{part}' is required.", part=part)


class RequestParentUnfit(InvalidInput):
    """A duplicate must name an open request of its own kind that is no duplicate itself."""

    slug = "request-parent-unfit"
    title = "The other request cannot be its parent"

    def __init__(self, number: int, parent: int) -> None:
        super().__init__(
            f"Request {number} cannot be a duplicate of {parent}: name another open request that "
            "is no duplicate itself.",
            number=number,
            parent=parent,
        )


class ExtensionConsentRequired(DalguError):
    """The second extension of a term takes the reporter's consent."""

    status = 409
    slug = "request-consent-required"
    title = "The reporter's consent is required"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The term of request {number} was extended once; the law allows it again with the "
            "reporter's consent alone. Confirm that it was given.",
            number=number,
        )


class NotTheReporter(Forbidden):
    """Somebody else wants to do what only the reporter may."""

    slug = "not-the-reporter"
    title = "Only the reporter may do this"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Only whoever filed request {number} may do this: sign in with that account, or give "
            "the code told when it was filed.",
            number=number,
        )


class RequestStaffOnly(Forbidden):
    """Somebody else wants to bring a request into another state."""

    slug = "request-staff-only"
    title = "Only those who serve citizens may do this"

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"Bringing a request into the status '{wanted}' takes the api_key of somebody who "
            "serves citizens.",
            wanted=wanted,
        )


class TooLateToReopen(DalguError):
    """So long after its end a request is not opened again."""

    status = 409
    slug = "too-late-to-reopen"
    title = "It is too late to reopen the request"

    def __init__(self, number: int, days: int) -> None:
        super().__init__(
            f"Request {number} ended more than {days} days ago. File a new one that names it.",
            number=number,
            days=days,
        )


class FollowerUnknown(Unauthenticated):
    """Following a request takes an address that answers."""

    slug = "follower-unknown"
    title = "Sign in to follow"

    def __init__(self) -> None:
        super().__init__("Following a request takes an account, so that one person counts once.")


class PhotoUnreadable(InvalidInput):
    """A photo is no image, or one too large to open."""

    slug = "photo-unreadable"
    title = "The photo cannot be read"

    def __init__(self, most_pixels: int) -> None:
        super().__init__(
            f"The photo must be JPEG, PNG or WebP of at most {most_pixels} pixels.",
            most_pixels=most_pixels,
        )


class TooManyPhotos(TooLarge):
    """A request has as many photos as it can hold."""

    slug = "too-many-photos"
    title = "There are too many photos"

    def __init__(self, most: int) -> None:
        super().__init__(f"A request holds at most {most} photos.", most=most)


class PhotoNotExisting(NotExisting):
    """No request shows a photo of this name."""

    slug = "photo-not-existing"
    title = "The photo does not exist"

    def __init__(self) -> None:
        super().__init__("No request shows a photo of this name.")


class ContactNotGiven(NotExisting):
    """The reporter left no way to be reached."""

    slug = "contact-not-given"
    title = "The reporter left no contact"

    def __init__(self, number: int) -> None:
        super().__init__(f"The reporter of request {number} left no contact.", number=number)


class JurisdictionUnknown(NotExisting):
    """A program asks for another city."""

    slug = "jurisdiction-unknown"
    title = "The jurisdiction is unknown"

    def __init__(self, jurisdiction: str, own: str) -> None:
        super().__init__(
            f"The jurisdiction_id '{jurisdiction}' was not found; this endpoint serves '{own}'.",
            jurisdiction=jurisdiction,
            own=own,
        )


class ApiKeyInvalid(Forbidden):
    """An api_key was sent that does not hold."""

    slug = "api-key-invalid"
    title = "The api_key is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The api_key is invalid: it has expired, was revoked, or never existed. Requests are "
            "taken without one, too."
        )


class RequestArgumentInvalid(InvalidInput):
    """An argument of the interface is not of its form."""

    slug = "request-argument-invalid"
    title = "An argument is invalid"

    def __init__(self, name: str, must: str) -> None:
        super().__init__(
            f"The argument '{name}' is invalid: it must be {must}.", name=name, must=must
        )


class Open311ResourceUnknown(NotExisting):
    """The interface has no such resource, or not in this format."""

    slug = "open311-resource-unknown"
    title = "The resource does not exist"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"'{path}' does not exist; resources end in .xml or .json, as services.xml.", path=path
        )


class Open311MethodUnknown(DalguError):
    """The resource does not take this method."""

    status = 405
    slug = "open311-method-unknown"
    title = "The method is not allowed"

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(
            f"The method {method} is not allowed here; allowed: {allowed}.",
            method=method,
            allowed=allowed,
        )


class Open311TokenUnknown(NotExisting):
    """No request came of a token."""

    slug = "open311-token-unknown"
    title = "The token does not exist"

    def __init__(self) -> None:
        super().__init__("The token was not found: no request came of it.")
