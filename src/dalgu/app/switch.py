"""Sends each request to the part of the platform that answers it."""

from starlette.types import ASGIApp, Receive, Scope, Send

HUB_PREFIXES = ("/ngsi-ld/", "/hub/v1/")


class Switch:
    """Sends NGSI-LD requests straight to the hub, all others to the pages."""

    def __init__(self, pages_app: ASGIApp, hub_app: ASGIApp) -> None:
        self._pages = pages_app
        self._hub = hub_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        to_hub = scope["type"] == "http" and scope["path"].startswith(HUB_PREFIXES)
        await (self._hub if to_hub else self._pages)(scope, receive, send)
