"""Filing a request: checked as a whole, masked, routed, its term begun; then written at once."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from dalgu.access.actor import Actor, Kind, Role
from dalgu.access.logbook import Noted
from dalgu.access.vault import Room
from dalgu.kernel.terms import TermStarted
from dalgu.korean.masking import masked
from dalgu.services.citizens.requests import routing, terms
from dalgu.services.citizens.requests.catalogue import CityService
from dalgu.services.citizens.requests.deeds import Filed, Photo
from dalgu.services.citizens.requests.draft import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_URL,
    LONGEST_VALUE,
    Contact,
    Draft,
    answered,
)
from dalgu.services.citizens.requests.photos import MOST_PHOTOS, pictures
from dalgu.services.citizens.requests.places import Place, place_of
from dalgu.services.citizens.requests.refusals import (
    RequestArgumentInvalid,
    ServiceCodeRequired,
    TooManyPhotos,
)
from dalgu.services.citizens.requests.state import subject_of

if TYPE_CHECKING:
    from dalgu.services.citizens.requests.requests import Requests

# Whoever files does not open the vault: the room itself puts the contact in.
KEEPER = Actor("citizens.requests", Role.OPERATOR, kind=Kind.SYSTEM)
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
CODE_LENGTH = 12  # 59 bits


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter gets: the number, and a code that proves later who filed it."""

    number: int
    code: str  # empty when the same token was sent before
    is_new: bool = True


class Filing:
    """Files requests for the room."""

    def __init__(self, room: "Requests") -> None:
        self._room = room

    async def take(self, actor: Actor, draft: Draft) -> Receipt:
        """File a request; see `Requests.take`."""
        room = self._room
        known = room.by_token.get(self._token(draft)) if draft.token else None
        if known is not None:
            return Receipt(known, "", is_new=False)
        service, place, answers = self._checked(draft)
        text = self._screened(actor, draft)
        photos = (*draft.kept, *await self._kept(draft.photos))
        asset = await routing.nearest_asset(room.ground.hub, service.asset, (place.lon, place.lat))
        code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
        owner = routing.owner_of(room.ground.city, asset)
        deed = Filed(
            number=0,
            code=service.code,
            description=text,
            lon=place.lon,
            lat=place.lat,
            dong=place.dong,
            district=place.district,
            department=routing.department_of(service, place.district, owner),
            address=masked(place.address),
            address_id=place.address_id,
            is_coarse=place.is_coarse,
            attributes=answers,
            media_url=draft.media_url,
            photos=photos,
            reporter=room.reporter_of(actor, service.code),
            receipt=room.keyed(f"receipt|{code}"),
            token=self._token(draft) if draft.token else "",
            client=actor.id if actor.kind is Kind.TOKEN else "",
            channel=draft.channel,
            has_contact=not draft.contact.is_empty,
            asset=str((asset or {}).get("id", "")),
            source=draft.source,
        )
        return Receipt(await self._written(actor, deed, service, draft.contact), code)

    def _checked(self, draft: Draft) -> tuple[CityService, Place, dict[str, tuple[str, ...]]]:
        """Look at everything that can be refused before anything is counted or kept."""
        if not draft.code:
            raise ServiceCodeRequired
        service = self._room.catalogue.get(draft.code)
        if len(draft.address) > LONGEST_ADDRESS:
            raise RequestArgumentInvalid("address_string", f"at most {LONGEST_ADDRESS} letters")
        place = place_of(
            self._room.ground.city,
            lon=draft.lon,
            lat=draft.lat,
            address=" ".join(draft.address.split()),
            address_id=draft.address_id,
        )
        answers = answered(service, draft.attributes)
        _check_url(draft.media_url)
        _check_contact(draft.contact)
        if len(draft.photos) + len(draft.kept) > MOST_PHOTOS:
            raise TooManyPhotos(MOST_PHOTOS)
        return service, place, answers

    def _screened(self, actor: Actor, draft: Draft) -> str:
        screen = self._room.moderation.screen
        who = draft.remote or actor.id
        return masked(
            screen(actor, draft.description, most=LONGEST_DESCRIPTION, by=who, may_repeat=True)
        )

    async def _kept(self, photos: Sequence[bytes]) -> tuple[Photo, ...]:
        return tuple([await keep_photo(self._room, one) for one in photos])

    def _token(self, draft: Draft) -> str:
        return self._room.keyed(f"token|{draft.token}")

    async def _written(
        self, actor: Actor, deed: Filed, service: CityService, contact: Contact
    ) -> int:
        room, today = self._room, self._room.today().date()

        def decide(at: datetime) -> Sequence[Noted]:
            number = len(room.all) + 1
            subject = subject_of(number)
            return [
                Noted(subject, msgspec.structs.replace(deed, number=number)),
                Noted(subject, TermStarted(service.term, today)),
                Noted(subject, TermStarted(terms.PROGRESS, today)),
            ]

        entries = await room.write(actor, decide)
        number: int = entries[0].deed.number
        if not contact.is_empty:
            secret = msgspec.json.encode(contact)
            await room.ground.access.vault.put(
                KEEPER, Room.PERSON, subject_of(number), secret, district=deed.district
            )
        return number


async def keep_photo(room: "Requests", body: bytes) -> Photo:
    """Keep the two pictures of a photo; raise `PhotoUnreadable`."""
    made = await asyncio.to_thread(pictures, body)
    hub = room.ground.hub
    return Photo(coarse=await hub.keep(made.coarse), clear=await hub.keep(made.clear))


def _check_url(url: str) -> None:
    if url and (len(url) > LONGEST_URL or not url.startswith(("https://", "http://"))):
        raise RequestArgumentInvalid("media_url", "an address that begins with https://")


def _check_contact(contact: Contact) -> None:
    for name, told in (("name", contact.name), ("email", contact.email), ("phone", contact.phone)):
        if len(told) > LONGEST_VALUE:
            raise RequestArgumentInvalid(name, f"at most {LONGEST_VALUE} letters")
