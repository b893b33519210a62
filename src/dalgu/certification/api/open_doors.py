"""What anyone may ask: who holds a certificate, how it stands, and whether a file is genuine."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dalgu.certification.api.bodies import LARGEST_PDF_BYTES, day_of
from dalgu.certification.api.told import listed
from dalgu.certification.certificate.trust import trust_file
from dalgu.certification.certificate.verification import Report
from dalgu.certification.office.office import Office
from dalgu.certification.process.errors import SubjectNotExisting
from dalgu.kernel.clock import Clock, local
from dalgu.web.forms import body_of


class OpenDoors:
    """The handlers that are open to everybody, with what they stand on."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office = office
        self._clock = clock

    async def certificates(self, request: Request) -> Response:
        """Answer with the register as of a day."""
        day = day_of(request, "on") or local(self._clock.now()).date()
        world = await self._office.desk.world()
        found = [listed(one, day) for one in world.certificates.values()]
        return answer({"on": day, "certificates": found})

    async def certificate(self, request: Request) -> Response:
        """Answer with one certificate as of a day."""
        day = day_of(request, "on") or local(self._clock.now()).date()
        world, number = await self._office.desk.world(), _number(request)
        if number not in world.certificates:
            raise SubjectNotExisting("certificate", number)
        return answer(listed(world.certificates[number], day))

    async def certificate_pdf(self, request: Request) -> Response:
        """Answer with the signed paper."""
        number = _number(request)
        return pdf(await self._office.certificate_pdf(number), number)

    async def status(self, request: Request) -> Response:
        """Answer with the signed status list."""
        body = await self._office.status_list()
        return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})

    async def trust(self, request: Request) -> Response:
        """Answer with the issuer's public key, as the file that others come to trust."""
        issuer = await asyncio.to_thread(self._office.installed.issuer)
        return Response(trust_file(issuer.key), media_type="application/x-pem-file")

    async def verify(self, request: Request) -> Response:
        """Answer what is so with a certificate file today."""
        body = await body_of(request, "certificate", LARGEST_PDF_BYTES)
        return answer(Report.of(await self._office.verify(body)))


def _number(request: Request) -> str:
    number: str = request.path_params["number"]
    return number


def answer(value: Any) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), media_type="application/json")


def pdf(body: bytes, name: str) -> Response:
    """Return a paper under the name it is saved by."""
    safe = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)
    headers = {"content-disposition": f'inline; filename="{safe}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)
