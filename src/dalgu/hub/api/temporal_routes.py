"""The table of the temporal resources (CIM 009 6.18 to 6.22, 6.24)."""

from collections.abc import Awaitable, Callable

from dalgu.hub.api import past, temporal
from dalgu.hub.api.exchange import Call, Response
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock

Handler = Callable[[Call], Awaitable[Response]]
Route = tuple[Handler, str]


def routes(hub: Hub, clock: Clock, most: int) -> dict[tuple[str, ...], dict[str, Route]]:
    """Return the routes; an answer holds at most `most` instances of one attribute."""

    def read(handler: Callable[[Hub, Call, int], Awaitable[Response]]) -> Route:
        return (lambda call: handler(hub, call, most)), "entity.read"

    def write(handler: Callable[[Hub, Call, Clock], Awaitable[Response]]) -> Route:
        return (lambda call: handler(hub, call, clock)), "entity.write"

    def change(handler: Callable[[Hub, Call], Awaitable[Response]], operation: str) -> Route:
        return (lambda call: handler(hub, call)), operation

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
