"""GeoReport v2 in process: what the specification asks, and what breaks it."""

import json
from urllib.parse import quote, urlencode

import pytest
from lxml import etree
from starlette.applications import Starlette
from tests.services.citizens.requests.test_requests import a_photo

from dalgu.access.actor import ANONYMOUS, CONSOLE, Role
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.api import routes
from dalgu.services.citizens.requests.open311.spark import written

ROOT = "/open311/v2"
LAMP = {
    "service_code": "streetlight",
    "lat": "35.859",
    "long": "128.625",
    "description": "가로등이 꺼졌습니다",
    "attribute[fault]": "out",
}


class AFrame:
    is_simulated = False


@pytest.fixture
def client(town):
    app = Starlette(routes=routes(Desk(town.ground, town.rooms, AFrame())))

    async def identified(scope, receive, send):
        scope["actor"] = ANONYMOUS
        await app(scope, receive, send)

    class Client:
        """Asks on the town's own loop."""

        def __call__(self, method, path, data=None, **more):
            import httpx2

            async def ask():
                transport = httpx2.ASGITransport(app=identified)
                async with httpx2.AsyncClient(transport=transport, base_url="http://city") as it:
                    if isinstance(data, str):
                        more.setdefault("content", data.encode())
                    elif data is not None:
                        more.setdefault("data", data)
                    return await it.request(method, path, **more)

            return town.run(ask())

    return Client()


def filed(client, **changed):
    answer = client("POST", f"{ROOT}/requests.json", LAMP | changed)
    assert answer.status_code == 201, answer.text
    return answer.json()[0]["service_request_id"]


def token(town, role):
    import datetime

    made = town.access.tokens.create(CONSOLE, "app", role, (), lifetime=datetime.timedelta(days=9))
    return town.run(made).secret


def test_discovery_names_the_endpoint_in_both_formats(client):
    told = client("GET", "/open311/discovery.json").json()
    [endpoint] = told["endpoints"]
    assert endpoint["url"] == "http://city/open311/v2"
    tree = etree.fromstring(client("GET", f"{ROOT}/discovery.xml").content)
    assert tree.tag == "discovery"
    assert [one.text for one in tree.iter("format")] == ["text/xml", "application/json"]


def test_xml_and_json_say_the_same(client):
    xml = client("GET", f"{ROOT}/services/signal.xml")
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert xml.content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    tree = etree.fromstring(xml.content)
    told = client("GET", f"{ROOT}/services/signal.json").json()
    assert tree.findtext("service_code") == told["service_code"]
    assert [one.text for one in tree.iter("key")] == [
        value["key"] for one in told["attributes"] for value in one.get("values", [])
    ]


def test_a_request_is_filed_found_and_shown_without_its_reporter(client, town):
    number = filed(client, email="kim@example.org", phone="010-1234-5678", first_name="달구")
    answer = client("GET", f"{ROOT}/requests/{number}.xml")
    tree = etree.fromstring(answer.content)
    assert tree.findtext("request/status") == "open"
    assert tree.findtext("request/requested_datetime") == "2026-11-30T09:00:00+09:00"
    assert "kim@" not in answer.text
    assert town.rooms.requests.get(int(number)).filed.has_contact


def test_several_values_of_one_attribute_are_taken(client, town):
    data = urlencode(
        [
            *(item for item in LAMP.items() if not item[0].startswith("attribute")),
            ("service_code", "signal"),
            ("attribute[whose][]", "cars"),
            ("attribute[whose][]", "sound"),
        ]
    ).replace("service_code=streetlight&", "")
    kind = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    answer = client("POST", f"{ROOT}/requests.json", data, headers=kind)
    [told] = answer.json()
    request = town.rooms.requests.get(int(told["service_request_id"]))
    assert request.filed.attributes == {"whose": ("cars", "sound")}


@pytest.mark.parametrize(
    ("changed", "status", "part"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "ufo"}, 404, "ufo"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "north"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"attribute[fault]": ""}, 400, "fault"),
        ({"description": ""}, 400, ""),
        ({"description": "ㄱ" * 4001}, 413, "4000"),
        ({"jurisdiction_id": "paris.fr"}, 404, "paris.fr"),
        ({"api_key": "nobody"}, 403, "api_key"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
    ],
)
def test_what_is_wrong_is_told_as_errors_in_the_format_asked_for(client, changed, status, part):
    for form in ("json", "xml"):
        answer = client("POST", f"{ROOT}/requests.{form}", LAMP | changed)
        assert answer.status_code == status, answer.text
        assert part in answer.text
    told = client("POST", f"{ROOT}/requests.json", LAMP | changed).json()
    assert told[0]["code"] == status
    tree = etree.fromstring(answer.content)
    assert (tree.tag, tree.findtext("error/code")) == ("errors", str(status))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/requests/99.xml", 404),
        ("GET", "/requests/none.json", 404),
        ("GET", "/services/none.xml", 404),
        ("GET", "/tokens/none.json", 404),
        ("GET", "/nothing.json", 404),
        ("GET", "/services.pdf", 404),
        ("GET", "/services", 404),
        ("GET", "/requests.json?start_date=yesterday", 400),
        ("GET", "/requests.json?start_date=2026-01-01&end_date=2026-06-01", 400),
        ("GET", "/requests.json?status=fine", 400),
        ("GET", "/requests.json?page=0", 400),
        ("GET", "/requests.json?page_size=1001", 400),
        ("GET", "/requests.json?bbox=1,2,3", 400),
        ("GET", "/requests.json?radius=5", 400),
        ("GET", "/requests.json?jurisdiction_id=paris.fr", 404),
        ("DELETE", "/requests.json", 405),
        ("POST", "/services.xml", 405),
        ("PUT", "/requests/1.json", 405),
    ],
)  # fmt: skip
def test_whatever_cannot_be_answered_is_an_errors_document(client, method, path, status):
    answer = client(method, ROOT + path)
    assert answer.status_code == status
    form = path.partition("?")[0].rpartition(".")[2]
    told = answer.json()[0]["code"] if form == "json" else int(
        etree.fromstring(answer.content).findtext("error/code")
    )  # fmt: skip
    assert told == status


def test_other_sites_may_read(client):
    assert client("GET", f"{ROOT}/services.json").headers["access-control-allow-origin"] == "*"
    asked = client("OPTIONS", f"{ROOT}/requests.json")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, POST")


def test_an_empty_argument_is_as_good_as_none(client):
    filed(client)
    empty = "&".join(
        f"{name}=" for name in ("jurisdiction_id", "service_code", "status", "start_date", "page")
    )
    assert len(client("GET", f"{ROOT}/requests.json?{empty}").json()) == 1


def ids(answer):
    return [int(one["service_request_id"]) for one in answer.json()]


def test_filters_find_what_they_ask_for(client, town):
    first = int(filed(client))
    town.wait(days=100)
    second = int(filed(client))
    third = int(filed(client, service_code="tree", lat="35.87"))
    asked = lambda query: ids(client("GET", f"{ROOT}/requests.json?{query}"))  # noqa: E731
    assert asked("") == [third, second]
    assert asked(f"service_request_id={first},{second}&status=closed") == [first, second]
    assert asked("service_code=tree,signal") == [third]
    assert asked("start_date=2026-11-01T00:00:00Z") == [first]
    assert asked("end_date=2026-12-01T00:00:00%2B09:00") == [first]
    assert asked("end_date=2026-12-01T00:00:00+09:00") == [first]
    assert asked("status=closed") == []
    assert asked("status=open,closed&page_size=1&page=2") == [second]
    assert asked("lat=35.859&long=128.625&radius=100") == [second]
    assert asked("bbox=128.6,35.865,128.7,35.9") == [third]
    assert asked("updated_after=2026-12-01T00:00:00Z") == [third, second]
    assert asked("updated_before=2026-12-01T00:00:00Z") == [first]


def test_a_token_of_the_client_finds_the_number_and_files_once(client):
    number = filed(client, token="my app 1")
    assert filed(client, token="my app 1") == number
    told = client("GET", f"{ROOT}/tokens/{quote('my app 1')}.json").json()
    assert told == [{"service_request_id": number, "token": "my app 1"}]


def test_photos_are_uploaded_with_the_form_and_seen_coarsely(client, town):
    files = [("photo1", ("a.jpg", a_photo(), "image/jpeg"))]
    answer = client("POST", f"{ROOT}/requests.json", LAMP, files=files)
    assert answer.status_code == 201, answer.text
    number = int(answer.json()[0]["service_request_id"])
    told = client("GET", f"{ROOT}/requests/{number}.json?extensions=true").json()[0]
    [photo] = told["extended_attributes"]["photos"]
    seen = client("GET", photo["media_url"])
    assert seen.headers["content-type"] == "image/jpeg"
    [kept] = town.rooms.requests.get(number).photos.values()
    assert client("GET", f"{ROOT}/media/{kept.clear}.jpg").status_code == 404
    town.run(town.rooms.requests.work.clear_photo(town.staff, number, kept.coarse))
    assert client("GET", f"{ROOT}/media/{kept.clear}.jpg").status_code == 200


def test_what_the_hub_keeps_besides_photos_is_not_given_out(client, town):
    digest = town.run(town.ground.hub.keep(b"a bill"))
    assert client("GET", f"{ROOT}/media/{digest}.jpg").status_code == 404


def updated(client, **sent):
    return client("POST", f"{ROOT}/servicerequestupdates.json", sent)


def test_updates_are_added_once_and_listed(client, town):
    number = filed(client)
    sent = {"service_request_id": number, "update_id": "u-1", "description": "아직 꺼져 있습니다"}
    first, again = updated(client, **sent), updated(client, **sent)
    assert first.status_code == 201
    assert first.json() == again.json()
    [line] = client("GET", f"{ROOT}/servicerequestupdates.json").json()
    assert (line["status"], line["description"]) == ("OPEN", "아직 꺼져 있습니다")
    assert not client("GET", f"{ROOT}/servicerequestupdates.json?end_date=2026-11-01").json()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"status": "FIXED", "description": "x"}, 403),
        ({"status": "CLOSED", "description": "x"}, 400),
        ({"status": "MAYBE", "description": "x"}, 400),
        ({"description": ""}, 400),
        ({"service_request_id": "", "description": "x"}, 400),
        ({"service_request_id": "77", "description": "x"}, 404),
        ({"status": "REOPEN", "description": "x"}, 403),
    ],
)
def test_an_update_that_cannot_be_is_refused(client, sent, status):
    number = filed(client)
    assert updated(client, **{"service_request_id": number} | sent).status_code == status


def test_who_serves_citizens_moves_a_request_and_its_client_reopens_it(client, town):
    staff, app = token(town, Role.OPERATOR), token(town, Role.SERVICE)
    number = filed(client, api_key=app)
    done = {"service_request_id": number, "api_key": staff, "description": "갈았습니다"}
    assert updated(client, **done, status="ACTION_SCHEDULED").status_code == 400
    assert updated(
        client, **done, status="ACTION_SCHEDULED", expected_datetime="2026-12-03"
    ).status_code == 201  # fmt: skip
    assert updated(client, **done, status="FIXED").status_code == 201
    [one] = client("GET", f"{ROOT}/requests/{number}.json?extensions=true").json()
    assert (one["status"], one["extended_attributes"]["detailed_status"]) == ("closed", "FIXED")
    assert one["status_notes"] == "고쳤음: 갈았습니다"
    assert client("GET", f"{ROOT}/requests.json?status=FIXED").json()
    again = {"service_request_id": number, "api_key": app, "description": "또 꺼졌습니다"}
    assert updated(client, **again, status="REOPEN").status_code == 201
    assert client("GET", f"{ROOT}/requests/{number}.json").json()[0]["status"] == "open"


def test_letters_that_xml_cannot_hold_do_not_break_it():
    text = "a\x00b\x0bc <&> \ud83d 끝"
    tree = etree.fromstring(written("errors", [{"code": 1, "description": text}], "xml"))
    assert tree.findtext("error/description") == "abc <&>  끝"


def test_an_empty_element_is_null_and_a_list_of_one_is_a_list():
    told = json.loads(written("service_requests", [{"a": "", "notes": [{"b": True}]}], "json"))
    assert told == [{"a": None, "notes": [{"b": True}]}]


def test_bytes_that_are_no_form_are_refused(client):
    for kind, body in [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 5000)),
    ]:
        answer = client(
            "POST", f"{ROOT}/requests.xml", content=body, headers={"content-type": kind}
        )
        assert answer.status_code == 400, kind
        assert etree.fromstring(answer.content).tag == "errors"
    big = client("POST", f"{ROOT}/requests.json", "description=" + "x" * 1_000_001,
                 headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert big.status_code == 413


def test_the_map_loads_open_requests_as_points(client):
    number = filed(client)
    [point] = client("GET", "/open311/map/requests.geojson?language=en").json()["features"]
    assert point["geometry"]["coordinates"] == [128.625, 35.859]
    told = client("GET", f"/open311/map/things/{number}?language=en").json()
    assert told["href"] == f"/en/requests/{number}"
    place = client("GET", "/open311/map/place?lat=35.859&long=128.625&language=en").json()
    assert place["dong"]
