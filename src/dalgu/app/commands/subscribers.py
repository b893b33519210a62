"""Who is told what happens, how far behind they are, and what could not be told."""

from dataclasses import dataclass

from dalgu.app.commands.opening import city
from dalgu.hub.dead_letters import DeadLetter, DeadLetters
from dalgu.hub.subscriptions import Counters
from dalgu.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One subscription as an operator sees it; `lag` is in events."""

    id: str
    endpoint: str
    status: str
    counters: Counters
    lag: int
    dead_letters: int


async def list_subscribers(settings: Settings) -> list[Subscriber]:
    """Return the subscriptions to entities, those first that are furthest behind."""
    async with city(settings) as platform:
        head, now = await platform.hub.head(), platform.clock.now()
        reached = platform.store.read().outbox.cursor(platform.notifier.reader)
        kept = DeadLetters(platform.store).counts()
        found = [
            Subscriber(
                one.id,
                one.endpoint.uri,
                one.status(now),
                (counters := platform.subscriptions.counters[one.id]),
                # What has nothing to tell is not behind, however long ago it was told last.
                head - max(reached, counters.done) if counters.waiting else 0,
                kept.get(one.id, 0),
            )
            for one in platform.subscriptions
        ]
    return sorted(found, key=lambda one: (-one.lag, -one.dead_letters, one.id))


async def list_dead_letters(settings: Settings, subscription: str) -> list[DeadLetter]:
    """Return what could not be told to one subscriber, or to all."""
    async with city(settings) as platform:
        return DeadLetters(platform.store).every(subscription)


async def replay_dead_letters(settings: Settings, subscription: str) -> int:
    """Ask for dead letters to be told again; the running platform does so within a second."""
    async with city(settings) as platform:
        return await DeadLetters(platform.store).replay(subscription)


async def drop_dead_letters(settings: Settings, subscription: str) -> int:
    """Take dead letters away for good; return how many there were."""
    async with city(settings) as platform:
        return await DeadLetters(platform.store).drop(subscription)
