"""Takes what the sources notify, and has it told on to the subscribers (CIM 009 5.8.6)."""

from dalgu.hub.context import Context
from dalgu.hub.federation.errors import NoticeUnknown
from dalgu.hub.federation.forwarded import Copies, Copy
from dalgu.hub.federation.matching import Match
from dalgu.hub.federation.notices import Notice, read_notified
from dalgu.hub.federation.reading import held_part
from dalgu.hub.model import Document
from dalgu.hub.notify import Notifier
from dalgu.hub.subscription import Subscription
from dalgu.kernel.clock import Clock


class Noticing:
    """Knows which copy a notification is of, and believes its source in its registration only."""

    def __init__(self, copies: Copies, notifier: Notifier, clock: Clock) -> None:
        self._copies = copies
        self._notifier = notifier
        self._clock = clock

    async def take(self, notice: Notice, context: Context) -> None:
        """Take a notification; it is durable when this returns.

        Raises
        ------
        NoticeUnknown
            When no subscription was forwarded under its id.
        Overloaded
            When too much waits for the subscriber already: the source is to try again.
        """
        copy = self._copies.of_remote(notice.subscription)
        if copy is None or copy.pair[0] not in self._notifier.subscriptions:
            raise NoticeUnknown(notice.subscription)
        held = self._notifier.subscriptions.get(copy.pair[0])
        if not held.is_awake(self._clock.now()):
            return
        read = (read_notified(one, context, notice.at) for one in notice.data)
        told = [part for one in read if (part := _believed(one, copy, held)) is not None]
        if told:
            await self._notifier.relay(held.id, copy.pair[1], told)


def _believed(document: Document, copy: Copy, held: Subscription) -> Document | None:
    """Return what a source may tell of an entity to a subscriber, None when it is nothing."""
    kinds = document["type"]
    types = [kinds] if isinstance(kinds, str) else kinds
    attributes = copy.to.scope_of(document["id"], types)
    if attributes is None or not held.watches(document):
        return None
    return held_part(document, Match(copy.to, attributes))
