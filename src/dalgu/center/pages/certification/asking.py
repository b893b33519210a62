"""What every page of the score reads of a request and of a scorecard."""

from contextlib import suppress
from urllib.parse import parse_qs, quote, urlencode

from starlette.requests import Request

from dalgu.access.policy import Operation, may
from dalgu.center.pages.certification.counts import shown_count
from dalgu.certification.certification import DEFAULT, Certification
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.bands import Rating, band_card
from dalgu.certification.scoring.sheet import State
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput, TooLarge
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import number

LONGEST_FORM = 1_000_000  # bytes: a table of costs for 91 indicators takes some 20,000
MOST_FIELDS = 1_000
SELF_ASSESSMENT = "urn:ngsi-ld:MaturitySelfAssessment:"

_STATES = {
    State.AWAITING_REVIEW: "awaiting_review",
    State.NOT_APPLICABLE: "not_applicable",
    State.REJECTED: "rejected",
}


class ScoreFormTooLarge(TooLarge):
    """A form of the score's pages is longer than any of them can be."""

    slug = "score-form-too-large"

    def __init__(self) -> None:
        super().__init__(f"The form must be at most {LONGEST_FORM} bytes long.")


def framework_named(request: Request) -> str:
    """Return the name of the framework that a page is asked for."""
    return request.query_params.get("framework") or DEFAULT


def choices(certification: Certification) -> list[Framework]:
    """Return all frameworks of the city; one at fault is for the tools, which say what is wrong."""
    found = []
    for name in certification.frameworks:
        with suppress(DalguError):
            found.append(certification.framework(name))
    return found


def address(indicator: Indicator | str, framework: str) -> str:
    """Return the path of an indicator's page, without its language.

    >>> address("EC: ICT: ICT: 1C", "u4ssc")
    '/certification/indicators/u4ssc/EC%3A%20ICT%3A%20ICT%3A%201C'
    """
    code = indicator if isinstance(indicator, str) else indicator.code
    return f"/certification/indicators/{quote(framework, safe='')}/{quote(code, safe='')}"


def ratings_of(card: Scorecard) -> dict[str, Rating]:
    """Return the ratings of a framework of bands, none in one of points."""
    if card.framework.scoring != "bands":
        return {}
    return band_card(card.framework, card.basis.measurements).ratings


def state_of(standing: Standing) -> str:
    """Return where an indicator stands, as the catalogue and the badges name it."""
    line = standing.line
    if line is not None and line.state in _STATES:
        return _STATES[line.state]
    if standing.indicator.kind == "qualitative":
        return "reviewed" if line is not None else "unmeasured"
    if standing.measured is None:
        return "unmeasured"
    return standing.measured.status.replace(" ", "_")


def named_evidence(standing: Standing) -> list[str]:
    """Return what the city names as evidence of its level; the entry that says so is none."""
    named = () if standing.maturity is None else standing.maturity.evidence
    return [one for one in named if not one.startswith(SELF_ASSESSMENT)]


def figure(value: float | None) -> str:
    """Return a value with about three significant digits.

    >>> figure(0.33139), figure(16.4), figure(1234.5), figure(5.0), figure(None)
    ('0.331', '16.4', '1,234', '5', '–')
    """
    if value is None or float(value).is_integer() or abs(value) >= 1_000:
        return number(value, 0)
    size = abs(value)
    digits = 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.01 else 5
    return number(value, digits).rstrip("0").rstrip(".")


def common(request: Request, framework: Framework) -> dict[str, JSON]:
    """Return what the templates of all pages of the score use."""
    sees = may(actor_of(request), Operation.EVIDENCE_READ)
    return {
        "framework": framework,
        "address": lambda one: address(one, framework.name),
        "state_of": state_of,
        "named": named_evidence,
        "figure": figure,
        "count": lambda standing, which: shown_count(standing, which, is_public=not sees),
        "sees_evidence": sees,
        "with_query": lambda **changed: with_query(request, changed),
    }


def with_query(request: Request, changed: dict[str, str | int]) -> str:
    """Return the request's query with some parameters changed; an empty one is left out."""
    kept = {**request.query_params, **{name: str(one) for name, one in changed.items()}}
    return "?" + urlencode({name: one for name, one in kept.items() if one})


def home(request: Request, framework: str) -> str:
    """Return the address of a framework's scorecard in the reader's language."""
    return f"/{language_of(request)}/certification?{urlencode({'framework': framework})}"


async def body_of(request: Request) -> bytes:
    """Return the body of a form; raise `ScoreFormTooLarge`."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise ScoreFormTooLarge
    return bytes(body)


def fields_of(body: bytes) -> dict[str, str]:
    """Return the fields of a form without a file; the empty ones are left out."""
    try:
        sent = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidInput(f"The form must hold at most {MOST_FIELDS} fields.") from None
    return {name: values[0].strip() for name, values in sent.items()}
