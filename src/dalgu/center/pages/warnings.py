"""The pages of warnings: the list, the form with its preview, one warning, the settings."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.incidents.state import Incident
from dalgu.center.pages.warnings_public import PublicPages
from dalgu.center.pages.warnings_settings import SettingsPages
from dalgu.center.picture import bounds
from dalgu.center.warnings.cap.words import Certainty, Severity, Urgency
from dalgu.center.warnings.cap.writing import write
from dalgu.center.warnings.content import Content, hazards
from dalgu.center.warnings.cover import geometry, name_of, things_in
from dalgu.center.warnings.drawing import drawn
from dalgu.center.warnings.errors import WarningNotExisting
from dalgu.center.warnings.filling import as_exercise, begun_from, content_of, sent_as
from dalgu.center.warnings.korean import cell_text
from dalgu.center.warnings.shown import LEVELS, outline
from dalgu.center.warnings.sound import sound
from dalgu.center.warnings.state import PublicWarning, Standing
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.kernel.text import LANGUAGES
from dalgu.web.forms import first, sent_of, told
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

PATH = "/center/warnings"
TABS = {
    "active": (Standing.ACTIVE,),
    "drafts": (Standing.DRAFT, Standing.WAITING),
    "past": (Standing.CANCELLED, Standing.EXPIRED, Standing.DISCARDED),
    "received": (),
}
MOST_ROWS = 200
DEEDS = ("send", "cancel", "discard")
HIDDEN = (Standing.DRAFT, Standing.WAITING, Standing.DISCARDED)  # from who may not warn
Sent = Mapping[str, Sequence[str]]


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, settings, public = Pages(center), SettingsPages(center), PublicPages(center)
    send, page, anybody = Operation.WARNING_SEND, Operation.PAGE_READ, Operation.PUBLIC_READ
    post = ["POST"]
    return [
        Route("/warnings", public.list, name=anybody),
        Route("/warnings/{number:int}", public.one, name=anybody),
        Route(PATH, pages.list, name=page),
        Route(PATH, pages.draft, methods=post, name=send),
        Route(PATH + "/new", pages.new, name=send),
        Route(PATH + "/preview", pages.preview, methods=post, name=send),
        Route(PATH + "/settings", settings.draw, name=Operation.CENTER_SET),
        Route(PATH + "/settings/{what}", settings.set, methods=post, name=Operation.CENTER_SET),
        Route(PATH + "/{number:int}", pages.one, name=page),
        Route(PATH + "/{number:int}", pages.change, methods=post, name=send),
        Route(PATH + "/{number:int}/edit", pages.edit, name=send),
        Route(PATH + "/{number:int}/{deed}", pages.do, methods=post, name=send),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.warnings

    # -- the list -------------------------------------------------------------------------

    async def list(self, request: Request) -> Response:
        """Draw active, past and drafted warnings, and what came from others."""
        tab = request.query_params.get("show", "active")
        tab = tab if tab in TABS else "active"
        incident = self._incident(request.query_params.get("incident", ""))
        mine = [one for one in self.room.known.warnings.values() if self._sees(request, one)]
        if incident is not None:
            await self._require_incident(request, incident)
            mine = [one for one in mine if one.incident == incident.id]
        counts = {name: sum(w.standing in s for w in mine) for name, s in TABS.items()}
        received = self.room.known.received
        shown = [one for one in mine if one.standing in TABS[tab]]
        language, city = language_of(request), self.center.city
        label = phrase(language, "warnings.map_label")
        features = self.room.features(language)
        return self.center.frame.render(
            request,
            "center/warnings/list.html",
            tab=tab,
            counts=counts | {"received": len(received)},
            warnings=sorted(shown, key=lambda one: -one.number)[:MOST_ROWS],
            received=list(reversed(received[-MOST_ROWS:])),
            place=lambda one: self._place(one.content, request),
            incident=incident,
            levels=LEVELS,
            hazards=hazards(),
            picture=drawn(city, features, label),
            label=label,
            shapes=_collection(features),
        )

    def _sees(self, request: Request, warning: PublicWarning) -> bool:
        """Tell whether a reader may see a warning: what was sent is everybody's."""
        return warning.standing not in HIDDEN or self._may_send(request, warning)

    def _may_send(self, request: Request, warning: PublicWarning) -> bool:
        actor = actor_of(request)
        districts = self.room.districts(warning)
        return all(may(actor, Operation.WARNING_SEND, code) for code in districts)

    def _place(self, content: Content, request: Request) -> str:
        from dalgu.center.warnings.cover import covered

        people = covered(self.center.city, geometry(self.center.city, content.where))
        return name_of(self.center.city, people.parts).say(language_of(request))

    # -- the form -------------------------------------------------------------------------

    async def new(self, request: Request) -> Response:
        """Draw an empty form, or one begun from an incident."""
        incident = self._incident(request.query_params.get("incident", ""))
        if incident is not None:
            await self._require_incident(request, incident)
        return self._form(request, begun_from(incident), incident=incident)

    async def draft(self, request: Request) -> Response:
        """Keep a new draft and go to it, or draw the form again with why not."""
        sent = await sent_of(request)
        incident = self._incident(first(sent, "incident"))
        try:
            if incident is not None:
                await self._require_incident(request, incident)
            made = await self.room.draft(
                self._content(sent, incident),
                actor_of(request),
                incident=None if incident is None else incident.id,
            )
        except DalguError as refused:
            return self._form(request, sent, refused, incident=incident)
        return _to(request, f"{PATH}/{made.number}")

    async def edit(self, request: Request) -> Response:
        """Draw the form of a draft, or of the next version of an active warning."""
        warning = self._asked(request)
        content = warning.next or warning.content
        return self._form(request, sent_as(content), warning=warning)

    async def change(self, request: Request) -> Response:
        """Keep the change and go to the warning, or draw the form again with why not."""
        sent, warning = await sent_of(request), self._asked(request)
        try:
            content = self._content(sent, self._of(warning))
            await self.room.draft(content, actor_of(request), number=warning.number)
        except DalguError as refused:
            return self._form(request, sent, refused, warning=warning)
        return _to(request, f"{PATH}/{warning.number}")

    async def preview(self, request: Request) -> Response:
        """Draw what the form would say and whom it would cover, without its page."""
        sent, language = await sent_of(request), language_of(request)
        try:
            content = self._content(sent, self._incident(first(sent, "incident")))
            sound(content)
            shown = await self._preview(content)
        except DalguError as refused:
            body = self.center.frame.draw(
                request, "center/warnings/not_yet.html", language, refusal=told(language, refused)
            )
            # No refusal of a deed: a form that is half filled in is seen to be so.
            return Response(body, media_type="text/html")
        body = self.center.frame.draw(request, "center/warnings/preview.html", language, **shown)
        return Response(body, media_type="text/html", headers={"cache-control": "no-store"})

    def _content(self, sent: Sent, incident: Incident | None) -> Content:
        content = content_of(self.center.city, sent)
        is_drill = incident is not None and incident.is_drill
        return as_exercise(content) if is_drill else content

    def _form(
        self,
        request: Request,
        sent: Sent,
        refused: DalguError | None = None,
        *,
        incident: Incident | None = None,
        warning: PublicWarning | None = None,
    ) -> Response:
        language, city = language_of(request), self.center.city
        label, actor = phrase(language, "warnings.area_label"), actor_of(request)
        by_district = [
            (district, [dong for dong in city.dongs if dong.district == district.code])
            for district in city.districts
            if actor.serves(district.code)
        ]
        return self.center.frame.render(
            request,
            "center/warnings/form.html",
            sent={name: values[0] for name, values in sent.items() if values},
            chosen=set(sent.get("dong", ())),
            hazards=hazards(),
            severities=list(Severity),
            urgencies=list(Urgency),
            certainties=list(Certainty),
            by_district=by_district,
            incident=incident,
            warning=warning,
            picture=drawn(city, [], label),
            label=label,
            languages=LANGUAGES,
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
        )

    # -- one warning ----------------------------------------------------------------------

    async def one(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw one warning: what, where, whom, its versions, and what can be done."""
        warning, language = self._asked(request), language_of(request)
        content, city = warning.next or warning.content, self.center.city
        shape = outline(city, content.where)
        label = phrase(language, "warnings.area_label")
        return self.center.frame.render(
            request,
            "center/warnings/warning.html",
            warning=warning,
            content=content,
            hazard=hazards()[content.hazard],
            level=LEVELS.get(content.severity, "low"),
            place=self._place(content, request),
            may_send=self._may_send(request, warning),
            needs_second=self.room.needs_second(content),
            incident=self._shown_of(warning, request),
            entries=self.center.rooms.ground.logbook.about(warning.subject),
            label=label,
            focus=bounds(shape),
            picture=drawn(city, [_feature(content, shape)], label),
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
            **await self._preview(content, warning),
        )

    async def do(self, request: Request) -> Response:
        """Send, cancel or discard, and draw the warning again; with why where it was refused."""
        warning, actor, deed = self._asked(request), actor_of(request), request.path_params["deed"]
        sent = await sent_of(request)
        try:
            if deed == "send":
                await self.room.send(warning.number, actor)
            elif deed == "cancel":
                ko, en = first(sent, "why_ko"), first(sent, "why_en")
                await self.room.cancel(warning.number, actor, ko, en)
            elif deed == "discard":
                await self.room.discard(warning.number, actor)
            else:
                raise NotExisting(f"Deed '{deed[:40]}' does not exist.")
        except DalguError as refused:
            return await self.one(request, refused)
        return _to(request, f"{PATH}/{warning.number}")

    async def _preview(
        self, content: Content, warning: PublicWarning | None = None
    ) -> dict[str, JSON]:
        """Return whom a warning covers, and what it says on each way."""
        people, _ = await self.room.look(content)
        area = geometry(self.center.city, content.where)
        alert = self.room.preview(content, people, warning)
        office = self.room.known.office
        return {
            "people": people,
            "things": await things_in(self.center.hub, area),
            "cells": {one: cell_text(content, office, one) for one in LANGUAGES},
            "words": {"ko": content.ko, "en": content.en},
            "district_names": {one.code: one.name for one in self.center.city.districts},
            "xml": _indented(write(alert)),
            "shapes": _collection([_feature(content, outline(self.center.city, content.where))]),
        }

    def _asked(self, request: Request) -> PublicWarning:
        warning = self.room.get(request.path_params["number"])
        if not self._sees(request, warning):
            raise WarningNotExisting(warning.number)
        return warning

    def _incident(self, number: str) -> Incident | None:
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        return self.center.rooms.incidents.all.get(int(number)) if is_number else None

    def _of(self, warning: PublicWarning) -> Incident | None:
        return (
            None
            if warning.incident is None
            else self._incident(warning.incident.rpartition(":")[2])
        )

    def _shown_of(self, warning: PublicWarning, request: Request) -> Incident | None:
        """Return the incident that a reader may know a warning belongs to."""
        incident, actor = self._of(warning), actor_of(request)
        if incident is None or may(actor, Operation.INCIDENT_READ, incident.district):
            return incident
        return None

    async def _require_incident(self, request: Request, incident: Incident) -> None:
        await self.center.access.require(
            actor_of(request), Operation.INCIDENT_READ, incident.id, district=incident.district
        )


def _feature(content: Content, shape: Document) -> Document:
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {
            "name": content.ko.headline,
            "state": LEVELS.get(content.severity, "low"),
        },
    }


def _collection(features: Sequence[Document]) -> str:
    """Return features as JSON that can stand in a page."""
    told_ = msgspec.json.encode({"type": "FeatureCollection", "features": list(features)})
    return told_.decode().replace("<", "\\u003c")


def _indented(body: bytes) -> str:
    from lxml import etree

    root = etree.fromstring(body)
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"/{language_of(request)}{path}", 303)
