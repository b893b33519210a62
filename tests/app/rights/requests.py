"""Rights on service requests, by page and by Open311, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/requests"): PUBLIC,
    ("GET", "/requests/new"): PUBLIC,
    ("POST", "/requests/new"): PUBLIC,
    ("GET", "/requests/similar"): PUBLIC,
    ("GET", "/requests/{number:int}"): PUBLIC,
    ("POST", "/requests/{number:int}/follow"): {C},
    ("POST", "/requests/{number:int}/unfollow"): {C},
    ("POST", "/requests/{number:int}/update"): PUBLIC,
    ("POST", "/requests/{number:int}/reopen"): PUBLIC,  # the room asks for its reporter
    ("GET", "/center/citizens/requests"): {O, M},
    ("GET", "/center/citizens/requests/{number:int}"): {O, M},
    ("POST", "/center/citizens/requests/{number:int}/{deed}"): {O, M},
}
APIS = {
    ("GET", "/open311/discovery.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/discovery.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/services.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/services/{service_code}.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/requests.{response_format}"): PUBLIC,
    ("POST", "/open311/v2/requests.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/requests/{service_request_id}.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/tokens/{token}.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/servicerequestupdates.{response_format}"): PUBLIC,
    ("POST", "/open311/v2/servicerequestupdates.{response_format}"): PUBLIC,
    ("GET", "/open311/v2/media/{digest}.jpg"): PUBLIC,
    ("GET", "/open311/map/requests.geojson"): PUBLIC,
    ("GET", "/open311/map/things/{number:int}"): PUBLIC,
    ("GET", "/open311/map/place"): PUBLIC,
}
EXAMPLES = {
    "{response_format}": "json",
    "{service_code}": "streetlight",
    "{service_request_id}": "1",
    "{token}": "none",
    "{digest}": "0" * 64,
}
