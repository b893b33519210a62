"""The message of a notification (CIM 009 5.3.1), for HTTP and for MQTT (7.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from dalgu.hub.api.exchange import GEO_TYPE, JSON_TYPE, LD_TYPE, encode, link_of
from dalgu.hub.endpoint import Endpoint
from dalgu.hub.linked import Shown
from dalgu.hub.model import Document
from dalgu.hub.represent import represent, represent_feature
from dalgu.hub.subscription import Subscription
from dalgu.kernel.errors import DalguError

TENANT = "NGSILD-Tenant"
_NO_CONTEXT = ("prefer", "body=json")  # what a receiver of GeoJSON asks for (5.3.1)


class NotificationRefused(DalguError):
    """The receiver answered a notification with a failure."""

    slug = "notification-refused"
    title = "The notification was refused"

    def __init__(self, subscription: str, answer: int) -> None:
        super().__init__(
            f"The endpoint of subscription '{subscription}' answered {answer}.", answer=answer
        )


class BrokerFailed(DalguError):
    """An MQTT broker did not take a notification."""

    slug = "broker-failed"
    title = "The MQTT broker did not take the notification"

    def __init__(self, subscription: str, reason: str) -> None:
        super().__init__(
            f"The MQTT broker of subscription '{subscription}' failed: {reason[:200]}.",
            reason=reason[:200],
        )


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification, ready to be sent."""

    body: Document
    headers: Mapping[str, str]

    def over_http(self) -> bytes:
        """Return the body of a request."""
        return encode(self.body)

    def over_mqtt(self) -> bytes:
        """Return the message with the headers in it (7.2)."""
        return encode({"metadata": self.headers, "body": self.body})


def headers_of(endpoint: Endpoint, tenant: str) -> dict[str, str]:
    """Return what a receiver is told besides the body: its own words, and whose news it is."""
    headers = dict(endpoint.headers) | {"Content-Type": endpoint.accept}
    # 6.3.14; a receiver that named a tenant of its own, another hub say, is told that one.
    if tenant and TENANT.lower() not in (key.lower() for key in headers):
        headers[TENANT] = tenant
    return headers


def notification(
    subscription: Subscription, shown: list[Shown], seq: int, at: str, tenant: str = ""
) -> Notification:
    """Return the notification of canonical documents, each with how it is shown.

    Its id is the same in every attempt, so that a receiver can tell a repetition.
    """
    endpoint, context = subscription.endpoint, subscription.how.context
    data: list[Document] | Document
    if endpoint.accept == GEO_TYPE:
        features = [represent_feature(one, view) for one, view in shown]
        data = {"type": "FeatureCollection", "features": features}
        if _NO_CONTEXT not in {(key.lower(), text) for key, text in endpoint.headers}:
            data["@context"] = context.source
    else:
        own: Document = {"@context": context.source} if endpoint.accept == LD_TYPE else {}
        data = [represent(one, view) | own for one, view in shown]
    name = subscription.id.rpartition(":")[2]
    body: Document = {
        "id": f"urn:ngsi-ld:Notification:{name}:{seq}",
        "type": "Notification",
        "subscriptionId": subscription.id,
        "notifiedAt": at,
        "data": data,
    }
    headers = headers_of(endpoint, tenant)
    if endpoint.accept == JSON_TYPE:
        headers["Link"] = link_of(context)[1].decode()
    elif endpoint.accept == LD_TYPE:
        body["@context"] = context.source
    return Notification(body, headers)
