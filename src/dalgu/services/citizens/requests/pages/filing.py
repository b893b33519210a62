"""The form of a request: what it is about, then where, then what; similar ones before the end.

It works without script: similar requests are then shown once after sending, with what was sent.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.catalogue import CityService
from dalgu.services.citizens.requests.deeds import Photo
from dalgu.services.citizens.requests.draft import Contact, Draft
from dalgu.services.citizens.requests.drawing import drawn
from dalgu.services.citizens.requests.filing import Receipt, keep_photo
from dalgu.services.citizens.requests.listing import Row, row
from dalgu.services.citizens.requests.open311.asking import Sent, attributes, number, text
from dalgu.services.citizens.requests.photos import MOST_BYTES
from dalgu.services.citizens.requests.places import place_of
from dalgu.services.citizens.requests.words import Channel
from dalgu.web.forms import first, sent_of, to, told, upload_of
from dalgu.web.frame import actor_of, language_of, remote_of
from dalgu.web.language import phrase

MOST_FORM_BYTES = MOST_BYTES + 200_000
FILLED = ("service_code", "description", "lat", "long", "address_id", "address")
FIELDS = (*FILLED, "name", "email", "phone", "from", "seen")
RECEIPT_FOR = timedelta(days=90)


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = FilingPages(desk)
    return [
        Route("/requests/new", pages.new, name=Operation.REQUEST_FILE),
        Route("/requests/new", pages.file, methods=["POST"], name=Operation.REQUEST_FILE),
        Route("/requests/similar", pages.similar, name=Operation.PUBLIC_READ),
    ]


class FilingPages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.requests

    async def new(self, request: Request) -> Response:
        """Draw the types to choose from, or the form of the one that the query names."""
        asked = {name: [request.query_params.get(name, "")] for name in FILLED}
        service = self.room.catalogue.services.get(text(asked, "service_code"))
        if service is None:
            return self._choose(request, asked)
        return self._form(request, service, asked)

    async def file(self, request: Request) -> Response:
        """File it; where similar ones were not shown yet and are likely, show them first."""
        try:
            sent, kept = await self._sent(request)
        except DalguError as refused:
            return self._choose(request, {}, refused)
        service = self.room.catalogue.services.get(text(sent, "service_code"))
        if service is None:
            return self._choose(request, sent)
        try:
            rows = [] if text(sent, "seen") else await self._likely(service, sent)
            if rows:
                return self._form(request, service, sent, rows=rows, kept=kept)
            receipt = await self.room.take(actor_of(request), self._draft(request, sent, kept))
        except DalguError as refused:
            return self._form(request, service, sent, refused=refused, kept=kept)
        return self._done(request, receipt)

    async def similar(self, request: Request) -> Response:
        """Draw similar requests as a part of the form, for its script."""
        asked = {name: [request.query_params.get(name, "")] for name in FILLED}
        service = self.room.catalogue.services.get(text(asked, "service_code"))
        try:
            rows = [] if service is None else await self._likely(service, asked, every=True)
        except DalguError:
            rows = []
        return self.desk.frame.render(request, "citizens/requests/similar.html", rows=rows)

    async def _sent(self, request: Request) -> tuple[Sent, tuple[Photo, ...]]:
        """Return the fields, and the photos that are kept: one sent now, one sent before."""
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            sent = await sent_of(request)
            return sent, self._kept_before(sent)
        form = await upload_of(request, MOST_FORM_BYTES)
        kept = self._kept_before(form.values)
        photos = [one for one in form.files if one]
        made = tuple([await keep_photo(self.room, one) for one in photos[:1]])
        return form.values, made or kept

    def _kept_before(self, sent: Sent) -> tuple[Photo, ...]:
        """Return the photo of a first sending, where its seal is ours."""
        coarse, _, rest = first(sent, "kept").partition(".")
        clear, _, seal = rest.partition(".")
        return (Photo(coarse, clear),) if seal and seal == self._seal(coarse, clear) else ()

    def _seal(self, coarse: str, clear: str) -> str:
        return self.room.keyed(f"photo|{coarse}|{clear}")

    async def _likely(self, service: CityService, sent: Sent, *, every: bool = False) -> list[Row]:
        """Return similar requests; those that are likely alone unless `every` is asked for."""
        place = place_of(
            self.desk.ground.city,
            lon=number(sent, "long"),
            lat=number(sent, "lat"),
            address=first(sent, "address"),
            address_id=first(sent, "address_id"),
        )
        if place.is_coarse:
            return []
        words = first(sent, "description")
        found = await self.room.similar(service.code, (place.lon, place.lat), words)
        shown = [hint for hint in found if every or hint.is_likely]
        return [row(self.room, self.room.get(hint.number), self.desk.today) for hint in shown]

    def _draft(self, request: Request, sent: Sent, kept: tuple[Photo, ...]) -> Draft:
        host = remote_of(request)
        return Draft(
            code=text(sent, "service_code"),
            description=first(sent, "description"),
            lon=number(sent, "long"),
            lat=number(sent, "lat"),
            address=first(sent, "address"),
            address_id=first(sent, "address_id"),
            attributes=attributes(sent),
            contact=Contact(first(sent, "name"), first(sent, "email"), first(sent, "phone")),
            kept=kept,
            channel=Channel.ASSISTANT if first(sent, "from") == "assistant" else Channel.PAGE,
            remote=host if actor_of(request).is_anonymous else "",
        )

    def _done(self, request: Request, receipt: Receipt) -> Response:
        """Go to the new request; this browser keeps the code that proves who filed it."""
        answer = to(request, f"/requests/{receipt.number}")
        answer.set_cookie(
            f"request_{receipt.number}",
            receipt.code,
            max_age=int(RECEIPT_FOR.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.desk.ground.settings.is_secure,
        )
        return answer

    def _choose(self, request: Request, asked: Sent, refused: DalguError | None = None) -> Response:
        said = {name: first(asked, name) for name in FILLED[1:] if first(asked, name)}
        return self.desk.frame.render(
            request,
            "citizens/requests/choose.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
            groups=self.room.catalogue.by_group(),
            guidance=self.room.catalogue.guidance,
            said=said,
        )

    def _form(self, request: Request, service: CityService, sent: Sent, **more: JSON) -> Response:
        refused: DalguError | None = more.get("refused")
        language, kept = language_of(request), more.get("kept", ())
        label = phrase(language, "requests.pick_label")
        seals = [f"{p.coarse}.{p.clear}.{self._seal(p.coarse, p.clear)}" for p in kept]
        shown: Mapping[str, JSON] = {
            "service": service,
            "sent": {name: first(sent, name) for name in (*FIELDS, *sent)},
            "answers": attributes(sent),
            "rows": more.get("rows", []),
            "refusal": None if refused is None else told(language, refused),
            "kept": seals[0] if seals else "",
            "dongs": _by_district(self.desk),
            "label": label,
            "picture": drawn(self.desk.ground.city, (), label),
        }
        return self.desk.frame.render(
            request,
            "citizens/requests/new.html",
            status=200 if refused is None else refused.status,
            **shown,
        )


def _by_district(desk: Desk) -> list[tuple[JSON, list[JSON]]]:
    """Return the districts with their dongs, for the list of those without map or script."""
    city = desk.ground.city
    return [
        (one.name, sorted((d for d in city.dongs if d.district == one.code), key=_name))
        for one in city.districts
    ]


def _name(dong: JSON) -> str:
    return str(dong.name.ko)
