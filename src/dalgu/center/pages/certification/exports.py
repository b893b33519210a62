"""The result as files that other systems read: workbook, CCCEV, FIWARE KPIs, the city's profile."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.certification.asking import framework_named
from dalgu.center.pages.certification.compare import own_profile
from dalgu.certification.comparison.profile import write_profile
from dalgu.certification.export import cccev, kpi
from dalgu.certification.export.dossier import Dossier
from dalgu.certification.export.gathering import Subject, dossier_of
from dalgu.certification.export.workbook import workbook
from dalgu.certification.scorecard import Scorecard
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.text import Language
from dalgu.web.frame import language_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file: how it is written, of what kind it is, how its name ends."""

    write: Callable[[Dossier, str, Language], bytes]
    media_type: str
    ending: str


FORMS = {
    "xlsx": Form(lambda dossier, _, language: workbook(dossier, language), XLSX, "xlsx"),
    "cccev": Form(
        lambda dossier, address, _: _json(
            cccev.document(dossier, base=f"{address}/certification/")
        ),
        "application/ld+json",
        "jsonld",
    ),
    "kpi": Form(
        lambda dossier, address, _: _json(kpi.documents(dossier, source=address)),
        "application/json",
        "json",
    ),
}


class ExportNotExisting(NotExisting):
    """The result is not written in this form."""

    slug = "certification-export-not-existing"
    title = "The form of export does not exist"

    def __init__(self, form: str) -> None:
        known = ", ".join((*FORMS, PROFILE))
        super().__init__(f"Form '{form}' does not exist. Known forms: {known}.", form=form)


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    export = Pages(center).export
    return [Route("/certification/export/{form}", export, name=Operation.EXPORT_READ)]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def export(self, request: Request) -> Response:
        """Answer with the file of the last assessment."""
        name = request.path_params["form"]
        card = await self.center.certification.scorecard(framework_named(request))
        if name == PROFILE:
            body = write_profile(own_profile(self.center, card))
            return _file(body, "application/json", f"{card.framework.name}-profile.json")
        if name not in FORMS:
            raise ExportNotExisting(name[:40])
        form, address = FORMS[name], str(request.base_url).rstrip("/")
        dossier = await self._dossier(card)
        body = await asyncio.to_thread(form.write, dossier, address, language_of(request))
        return _file(body, form.media_type, f"{card.framework.name}.{form.ending}")

    async def _dossier(self, card: Scorecard) -> Dossier:
        certification, city = self.center.certification, self.center.city
        snapshots = {
            one.indicator.code: await certification.evidence(one.measured.snapshot)
            for one in card.standings
            if one.measured is not None and one.measured.snapshot
        }
        at = card.measured_at or self.center.clock.now()
        return dossier_of(card, snapshots, Subject(city.id, city.name, at))


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, headers=headers, media_type=media_type)
