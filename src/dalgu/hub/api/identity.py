"""Who answers here (CIM 009 5.2.40, 6.33)."""

from collections.abc import Callable
from importlib.metadata import version

from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, TENANT, Call, Response, shown
from dalgu.kernel.clock import Clock, iso


class Identity:
    """The context source identity: the hub's alias, and since when it runs."""

    def __init__(self, clock: Clock, alias: Callable[[], str]) -> None:
        self._clock = clock
        self._since = clock.now()
        self._alias = alias

    async def answer(self, call: Call) -> Response:
        """Say who answers; a tenant has an alias of its own."""
        call.parameters(frozenset())
        media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
        now = self._clock.now()
        uptime_s = max(0, int((now - self._since).total_seconds()))
        tenant = call.scope.get(TENANT)
        alias = f"{self._alias()}-{tenant}" if tenant else self._alias()
        body = {
            "id": f"urn:ngsi-ld:ContextSourceIdentity:{alias}",
            "type": "ContextSourceIdentity",
            "contextSourceAlias": alias,
            "contextSourceUptime": f"PT{uptime_s}S",
            "contextSourceTimeAt": iso(now),
            "contextSourceExtras": {"software": "Dalgu", "version": version("dalgu")},
        }
        return shown(body, media_type, context)
