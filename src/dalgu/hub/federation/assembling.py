"""Entities that are notified in parts, put together before they are told on (CIM 009 5.8.6)."""

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.federation.courier import Courier, Origin
from dalgu.hub.federation.matching import Matching
from dalgu.hub.federation.merging import merged
from dalgu.hub.federation.reading import Reading
from dalgu.hub.federation.registry import Registry
from dalgu.hub.hosted import Contexts
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.subscription import Subscription
from dalgu.kernel.ids import EntityId


class Assembling:
    """Asks this hub and all other sources for what they hold of an entity."""

    def __init__(self, hub: Hub, registry: Registry, courier: Courier, contexts: Contexts) -> None:
        self._hub = hub
        self._registry = registry
        self._courier = courier
        self._contexts = contexts

    async def whole(self, subscription: Subscription, document: Document, source: str) -> Document:
        """Return the whole of an entity, of which `source` has just notified a part.

        A source that does not answer leaves its part out: the notification is late or poorer
        then, but not lost.
        """
        origin = Origin(subscription.context, {}, subscription.arrival.via)
        matching = Matching(
            self._registry, origin, self._courier.alias, subscription.csf, without=source
        )
        reading = Reading(
            hub=self._hub,
            matching=matching,
            courier=self._courier,
            contexts=self._contexts,
            origin=origin,
            asked={"options": "sysAttrs"},
        )
        try:
            rest = await reading.retrieve(EntityId(document["id"]), document["type"])
        except EntityNotExisting:
            return document
        return merged([document, rest], []) or document
