"""The table of the temporal resources (CIM 009 6.18 to 6.22, 6.24)."""

from collections.abc import Awaitable, Callable

from dalgu.hub.api import past, past_sharing, temporal
from dalgu.hub.api.exchange import Call, Response
from dalgu.hub.api.shared import over
from dalgu.hub.api.table import Route
from dalgu.hub.federation.sharing import Federation
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock


def routes(
    hub: Hub, clock: Clock, most: int, federation: Federation | None = None
) -> dict[tuple[str, ...], dict[str, Route]]:
    """Return the routes; an answer holds at most `most` instances of one attribute."""

    def read(handler: Callable[[Hub, Call, int], Awaitable[Response]]) -> Route:
        async def handle(hub: Hub, call: Call) -> Response:
            return await handler(hub, call, most)

        return over(hub, handle, "entity.read", federation)

    def write(handler: Callable[[Hub, Call, Clock], Awaitable[Response]]) -> Route:
        async def written(hub: Hub, call: Call) -> Response:
            return await handler(hub, call, clock)

        return change(written, "entity.write")

    def change(handler: Callable[[Hub, Call], Awaitable[Response]], operation: str) -> Route:
        async def handle(hub: Hub, call: Call) -> Response:
            return await past_sharing.shared_change(hub, call, handler)

        return over(hub, handle, operation, federation)

    root = ("ngsi-ld", "temporal", "entities")
    return {
        root: {"GET": read(temporal.query), "POST": write(past.create)},
        (*root, "*"): {
            "GET": read(temporal.retrieve),
            "DELETE": change(past.delete, "entity.delete"),
        },
        (*root, "*", "attrs"): {"POST": write(past.append)},
        (*root, "*", "attrs", "*"): {"DELETE": change(past.delete_attribute, "entity.delete")},
        (*root, "*", "attrs", "*", "*"): {
            "PATCH": change(past.update_instance, "entity.write"),
            "DELETE": change(past.delete_instance, "entity.delete"),
        },
        ("ngsi-ld", "temporal", "entityOperations", "query"): {"POST": read(temporal.batch_query)},
    }
