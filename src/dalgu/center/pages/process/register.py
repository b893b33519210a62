"""What anybody sees: the register of certificates, one of them, and the verification of a file."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.process.forms import certificate_of
from dalgu.certification.api.bodies import DayInvalid, day_of
from dalgu.certification.api.open_doors import pdf
from dalgu.certification.api.told import Listed, listed
from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.certificate.verification import Verification
from dalgu.certification.process.errors import SubjectNotExisting
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import shown_with
from dalgu.web.upload import FormUnreadable

REGISTER, VERIFY = "/certification/certificates", "/certification/verify"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language; each is open to everybody."""
    pages, public = Pages(center), Operation.PUBLIC_READ
    return [
        Route(REGISTER, pages.register, name=public),
        Route(f"{REGISTER}/{{number}}", pages.certificate, name=public),
        Route(f"{REGISTER}/{{number}}/pdf", pages.paper, name=public),
        Route(VERIFY, pages.ask, name=public),
        Route(VERIFY, pages.verify, methods=["POST"], name=public),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def register(self, request: Request) -> Response:
        """Draw all certificates as they stood on a day."""
        refused = None
        try:
            day = day_of(request, "on") or self.center.today
        except DayInvalid as unfit:
            day, refused = self.center.today, unfit
        world = await self.center.office.desk.world()
        found = [listed(one, day) for one in world.certificates.values()]
        known = [one for one in found if one.status != "not_issued"]
        return self.center.frame.render(
            request,
            "center/process/certificates.html",
            day=day,
            today=self.center.today,
            certificates=sorted(known, key=lambda one: one.number),
            holding=sum(one.has_mark for one in known),
            **shown_with(request, refused),
        )

    async def certificate(self, request: Request) -> Response:
        """Draw one certificate: what it says and how it stands."""
        number = request.path_params["number"]
        world = await self.center.office.desk.world()
        if number not in world.certificates:
            raise SubjectNotExisting("certificate", number[:80])
        certificate = world.certificates[number]
        framework = world.rounds[world.cases[certificate.case].round].plan.framework
        return self.center.frame.render(
            request,
            "center/process/certificate.html",
            one=listed(certificate, self.center.today),
            certificate=certificate,
            framework=self.center.office.framework(framework),
            digest=framework.digest,
            today=self.center.today,
        )

    async def paper(self, request: Request) -> Response:
        """Answer with the signed paper."""
        number = request.path_params["number"]
        return pdf(await self.center.office.certificate_pdf(number), number)

    async def ask(self, request: Request) -> Response:
        """Draw the form; and answer what a QR code asks: a number and the key that signed."""
        number = request.query_params.get("number", "")
        key = request.query_params.get("key", "")
        return await self._draw(request, number=number, key=key)

    async def verify(self, request: Request) -> Response:
        """Say what is so with a file."""
        try:
            form = await certificate_of(request)
            if not form.file:
                raise FormUnreadable
            found = await self.center.office.verify(form.file)
        except DalguError as refused:
            return await self._draw(request, refused=refused)
        return await self._draw(request, found=found, name=form.file_name)

    async def _draw(  # noqa: PLR0913 - what the one page can show
        self,
        request: Request,
        *,
        number: str = "",
        key: str = "",
        found: Verification | None = None,
        name: str = "",
        refused: DalguError | None = None,
    ) -> Response:
        return self.center.frame.render(
            request,
            "center/process/verify.html",
            number=number[:80],
            asked=await self._listed(number),
            key=key[:80],
            knows_key=self._knows(key),
            found=found,
            name=name,
            **shown_with(request, refused),
            own_key=self._own_key(),
        )

    async def _listed(self, number: str) -> Listed | None:
        certificate = (await self.center.office.desk.world()).certificates.get(number)
        return None if certificate is None else listed(certificate, self.center.today)

    def _knows(self, key: str) -> bool:
        return bool(key) and key in {one.key_id for one in self.center.office.installed.trusted()}

    def _own_key(self) -> str:
        try:
            return self.center.office.installed.issuer().key_id
        except IssuerNotExisting:
            return ""
