"""Tells followers: terms of the law at once, all else in a digest; and other programs by hooks."""

import asyncio
import hmac
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from dalgu.hub.hub import Hub
from dalgu.hub.outgoing import Letter, Reach, is_taken, post
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.service import Ground
from dalgu.services.citizens.follows.deeds import Hooked
from dalgu.services.citizens.follows.follows import Follower, Follows
from dalgu.services.citizens.follows.news import Told
from dalgu.services.citizens.people.mail import Mail, MailUnsent, Post
from dalgu.services.citizens.people.people import People
from dalgu.store.tables import Tables
from dalgu.web.language import moment, phrase

if TYPE_CHECKING:
    import httpx2

TOLD = "citizens.follows.told"  # account -> the newest entry that its digests have told
READ = "citizens.follows.read"  # how far what is told at once has read the book
GATHER_S = 0.5
TRIES, TIMEOUT_S = 3, 10.0
MONDAY = 0

log = logging.getLogger(__name__)


class Telling:
    """Sends what followers are told."""

    def __init__(
        self,
        ground: Ground,
        follows: Follows,
        people: People,
        mail: Post,
        *,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._ground, self._follows, self._people = ground, follows, people
        self._mail = mail
        self._transport = transport
        self.unsent = 0  # mails and letters that nobody took

    # -- digests --------------------------------------------------------------------------

    async def digests(self, hub: Hub, clock: Clock) -> None:
        """Send the digests that are due this morning: a job."""
        is_monday = local(clock.now()).weekday() == MONDAY
        due = {"daily", "weekly"} if is_monday else {"daily"}
        for account, follower in list(self._follows.followers.items()):
            if follower.frequency in due:
                await self.digest(account, follower)

    async def digest(self, account: str, follower: Follower) -> bool:
        """Send what is new to one follower; return whether there was something."""
        after = self._number(TOLD, account)
        subjects = follower.subjects
        told = [
            one
            for one in self._follows.newsroom.of_things(subjects, after)
            if one.news.seq > subjects[one.news.subject]
        ]
        if not told:
            return False
        subject = phrase(follower.language, "follows.mail.digest", count=len(told))
        if not await self._send(account, subject, told, follower.language):
            return False
        await self._keep(TOLD, account, max(one.news.seq for one in told))
        return True

    # -- at once --------------------------------------------------------------------------

    async def run(self) -> None:
        """Tell at once what the law sets a term for, and hooks everything, until cancelled."""
        while True:
            await self._ground.book.wait(self._number(READ, "seq"))
            await asyncio.sleep(GATHER_S)
            await self.tell()

    async def tell(self) -> None:
        """Tell at once what came since the last time."""
        newsroom, after = self._follows.newsroom, self._number(READ, "seq")
        newsroom.catch_up()
        fresh = newsroom.since(after)
        await self._keep(READ, "seq", newsroom.head)  # rather once too few than twice
        for told in filter(None, map(newsroom.told, fresh)):
            if told.news.is_urgent:
                for account in self._follows.followers_of(told.news.subject):
                    await self._at_once(account, told)
            for hook in list(self._follows.hooks.values()):
                if hook.room in ("", told.news.room):
                    await self.letter(hook, told)

    async def _at_once(self, account: str, told: Told) -> None:
        follower = self._follows.followers[account]
        if follower.frequency == "never":
            return
        title = told.thing.title.say(follower.language)
        subject = phrase(follower.language, "follows.mail.urgent", title=title)
        await self._send(account, subject, [told], follower.language)

    async def letter(self, hook: Hooked, told: Told) -> bool:
        """Post news to a hook, signed; return whether it was taken."""
        import httpx2

        body = msgspec.json.encode(_letter(told, self._home))
        key = self._follows.key_of(hook).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Dalgu-Signature": f"sha256={hmac.new(key, body, sha256).hexdigest()}",
        }
        reach = Reach() if self._transport is None else None
        async with httpx2.AsyncClient(transport=self._transport) as client:
            for _ in range(TRIES):
                try:
                    status = await post(client, Letter(hook.url, body, headers, TIMEOUT_S), reach)
                except (DalguError, httpx2.HTTPError):
                    continue
                if is_taken(status):
                    return True
        self.unsent += 1
        log.warning("citizens.hook_silent", extra={"hook": hook.number})
        return False

    # -- mails ----------------------------------------------------------------------------

    async def _send(
        self, account: str, subject: str, told: Sequence[Told], language: Language
    ) -> bool:
        address = await self._people.addresses.open(account, "news of what is followed")
        if address is None:
            return False
        stop = f"{self._home}/{language}{self._follows.stop_path(account)}"
        headers = {  # RFC 8058: one click in the reader's mail program
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        body = self._body(account, told, language, stop)
        try:
            await self._mail.send(Mail(address, subject, body, headers))
        except MailUnsent:
            self.unsent += 1
            log.warning("citizens.mail_unsent", extra={"account": account})
            return False
        return True

    def _body(self, account: str, told: Iterable[Told], language: Language, stop: str) -> str:
        lines = []
        by_thing = sorted(told, key=lambda one: (one.news.subject, one.news.seq))
        for subject, some in groupby(by_thing, key=lambda one: one.news.subject):
            every = list(some)
            thing = every[0].thing
            own = self._follows.stop_path(account, subject)
            lines += [thing.title.say(language), f"{self._home}/{language}{thing.path}"]
            lines += [
                f"- {moment(one.news.at, language)}  {one.words.say(language)}" for one in every
            ]
            stops = phrase(language, "follows.mail.stop_one")
            lines += [f"{stops} {self._home}/{language}{own}", ""]
        lines += [phrase(language, "follows.mail.stop_all"), stop]
        return "\n".join(lines) + "\n"

    @property
    def _home(self) -> str:
        settings = self._ground.settings
        return settings.public_url or f"http://{settings.host}:{settings.port}"

    def _number(self, collection: str, key: str) -> int:
        body = self._ground.store.read().records.get(collection, key)
        return 0 if body is None else int(body)

    async def _keep(self, collection: str, key: str, number: int) -> None:
        kept = str(number).encode()
        await self._ground.store.write(partial(_put, collection=collection, key=key, body=kept))


def _put(tables: Tables, *, collection: str, key: str, body: bytes) -> None:
    tables.records.put(collection, key, body)


def _letter(told: Told, home: str) -> dict[str, object]:
    return {
        "seq": told.news.seq,
        "at": iso(told.news.at),
        "room": told.news.room,
        "kind": told.news.key,
        "subject": told.news.subject,
        "title": {"ko": told.thing.title.ko, "en": told.thing.title.en},
        "words": {"ko": told.words.ko, "en": told.words.en},
        "url": f"{home}/ko{told.thing.path}",
    }
