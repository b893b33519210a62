"""The settings of warnings: who the city is to others, partners, feeds, the second person."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dalgu.center.context import Center
from dalgu.center.warnings.deeds import PartnerSet, SourceSet
from dalgu.center.warnings.errors import ContentInvalid
from dalgu.center.warnings.office import Office
from dalgu.center.warnings.outgoing import RECORDING
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.web.forms import Sent, first, sent_of, told
from dalgu.web.frame import actor_of, language_of

PATH = "/center/warnings/settings"
LONGEST = 200
FORBIDDEN = frozenset(" ,<&\t\n")  # in a sender (CAP 1.2, 3.2.1)


class SettingsPages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.warnings

    async def draw(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw what is set."""
        known = self.room.known
        return self.center.frame.render(
            request,
            "center/warnings/settings.html",
            office=known.office,
            partners=list(known.partners.values()),
            sources=list(known.sources.values()),
            recording=RECORDING,
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
        )

    async def set(self, request: Request) -> Response:
        """Set one thing, or draw the page again with why not."""
        sent, what = await sent_of(request), request.path_params["what"]
        known = {
            "office": self._office,
            "partner": self._partner,
            "partner-gone": self._partner_gone,
            "source": self._source,
            "source-gone": self._source_gone,
        }
        try:
            if what not in known:
                raise NotExisting(f"Setting '{what[:40]}' does not exist.")
            await known[what](request, sent)
        except DalguError as refused:
            return await self.draw(request, refused)
        return RedirectResponse(f"/{language_of(request)}{PATH}", 303)

    async def _office(self, request: Request, sent: Sent) -> None:
        fields = {
            name: first(sent, name)[:LONGEST]
            for name in ("sender", "name_ko", "name_en", "contact")
        }
        if not fields["sender"] or FORBIDDEN.intersection(fields["sender"]):
            raise ContentInvalid("sender", "it has no spaces, commas, < or &")
        if not fields["name_ko"] or not fields["name_en"]:
            raise ContentInvalid("name", "it is required in both languages")
        office = Office(**fields, needs_second=bool(first(sent, "needs_second")))
        await self.room.set_office(office, actor_of(request))

    async def _partner(self, request: Request, sent: Sent) -> None:
        version = "1.1" if first(sent, "version") == "1.1" else "1.2"
        partner = PartnerSet(first(sent, "name"), first(sent, "url"), version)
        await self.room.outgoing.set_partner(partner, first(sent, "token"), actor_of(request))

    async def _partner_gone(self, request: Request, sent: Sent) -> None:
        await self.room.outgoing.forget_partner(first(sent, "name"), actor_of(request))

    async def _source(self, request: Request, sent: Sent) -> None:
        every = first(sent, "every_s")
        is_number = every.isascii() and every.isdigit() and len(every) < 6
        source = SourceSet(first(sent, "name"), first(sent, "url"), int(every) if is_number else 60)
        await self.room.incoming.set_source(source, actor_of(request))

    async def _source_gone(self, request: Request, sent: Sent) -> None:
        await self.room.incoming.forget_source(first(sent, "name"), actor_of(request))
