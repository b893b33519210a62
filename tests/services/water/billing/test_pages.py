"""The pages and the interface as they are served, in both languages, without a script."""

import asyncio
import dataclasses
import html
import re
from types import SimpleNamespace

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from tests.services.water.billing.conftest import HAND_TARIFF
from tests.services.water.billing.district import NOW, OPERATOR, account_id, build
from tests.services.water.billing.speaking import speak

from dalgu import cities
from dalgu.access.actor import ANONYMOUS
from dalgu.center.context import template_folders
from dalgu.center.pages.operations import ServiceForm, ServicePage
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.billing import api, pages
from dalgu.services.water.service import SERVICE
from dalgu.web.frame import Frame
from dalgu.web.problem import handlers
from dalgu.web.static import Static

BILL = "urn:ngsi-ld:WaterBill:a01:2026-03"
WATER = dataclasses.replace(SERVICE, pages=pages.PAGES, forms=pages.FORMS)
REASON = "The customer says it is too much."


class As:
    """ASGI middleware: whoever asks is this actor, as the guard would have found."""

    def __init__(self, app) -> None:
        self.app, self.actor = app, OPERATOR

    async def __call__(self, scope, receive, send):
        scope["actor"] = self.actor
        await self.app(scope, receive, send)


def an_app(hub, clock):
    city, static = cities.load("daegu"), Static()
    frame = Frame(city, clock, static, folders=template_folders((WATER,)))
    center = SimpleNamespace(hub=hub, clock=clock, frame=frame, city=city)
    drawn = {page.path: ServicePage(center, WATER, page) for page in pages.PAGES}
    routes = []
    for language in ("/ko", "/en"):
        routes += [Route(language + path, one.draw) for path, one in drawn.items()]
        for form in pages.FORMS:
            post = ServiceForm(center, form, drawn[form.page]).post
            routes.append(Route(language + form.path, post, methods=["POST"]))
    app = Starlette(routes=[*api.ROUTES, *routes], exception_handlers=handlers(frame))
    app.state.hub, app.state.clock = hub, clock
    return As(app)


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """What a day of work on bills showed, by name."""

    async def day():
        clock = ManualClock(NOW)
        hub = LocalHub.open(tmp_path_factory.mktemp("city") / "city.db", clock)
        try:
            month = await build(hub, HAND_TARIFF, 12)
            await speak(hub, *month, number=1)
            app = an_app(hub, clock)
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://city") as client:
                return await work(client, app)
        finally:
            await hub.close()

    return asyncio.run(day())


async def work(client, app):
    seen = {}
    bills, one = "/ko/center/water/bills", f"/ko/center/water/bills/{BILL}"
    account = f"/ko/center/water/accounts/{account_id(1)}"
    seen["empty"] = await client.get(bills)
    seen["run"] = await client.post(f"{bills}/run", data={"period": "2026-03"})
    seen["refused run"] = await client.post(f"{bills}/run", data={"period": "2026-04"})
    seen["list"] = await client.get(bills)
    seen["draft"] = await client.get(one)
    seen["issue all"] = await client.post(f"{bills}/issue", data={"period": "2026-03"})
    seen["short"] = await client.post(f"{one}/dispute", data={"reason": "no"})
    seen["dispute"] = await client.post(f"{one}/dispute", data={"reason": REASON})
    seen["disputed"] = await client.get(one)
    seen["upheld"] = await client.post(f"{one}/correct", data={"reason": REASON})
    seen["replay"] = await client.get(f"/en/center/water/bills/{BILL}?replay=yes")
    seen["account"] = await client.get(account)
    secret = re.search(r"water/my/([\w-]{43})", seen["account"].text)[1]
    seen["before link"] = await client.get(f"/ko/water/my/{secret}")
    seen["link"] = await client.post(f"{account}/link", data={"secret": secret})
    seen["account after"] = await client.get(account)
    app.actor = ANONYMOUS
    seen["mine"] = await client.get(f"/ko/water/my/{secret}")
    seen["my water"] = await client.get(f"/en/water/my/{secret}")
    seen["wrong"] = await client.get("/ko/water/my/" + "x" * 43)
    seen["nobody's list"] = await client.get(bills)
    seen["secret"] = SimpleNamespace(text=secret, status_code=200)
    app.actor = OPERATOR
    seen |= await interface(client)
    return seen


async def interface(client):
    bill = f"/api/water/bills/{BILL}"
    return {
        "api bills": await client.get(f"/api/water/accounts/{account_id(1)}/bills"),
        "api bill": await client.get(bill),
        "api replay": await client.get(f"{bill}/replay"),
        "api run": await client.post("/api/water/bills/run?period=2026-03"),
        "api run never": await client.post("/api/water/bills/run"),
        "api issue": await client.post(f"{bill}/issue"),
        "api dispute": await client.post(f"{bill}/dispute", json={"reason": REASON}),
        "api no reason": await client.post(f"{bill}/dispute", content=b"{"),
        "api long": await client.post(f"{bill}/dispute", content=b" " * 20_000),
        "api correct": await client.post(
            f"{bill}/correct", json={"reason": REASON, "allowLeak": True}
        ),
        "api unknown": await client.get("/api/water/bills/urn:x"),
    }


def text_of(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("empty", 200), ("run", 303), ("refused run", 400), ("list", 200), ("draft", 200),
        ("issue all", 303), ("short", 400), ("dispute", 303), ("disputed", 200), ("upheld", 303),
        ("replay", 200), ("account", 200), ("before link", 404), ("link", 303),
        ("account after", 200), ("mine", 200), ("my water", 200), ("wrong", 404),
        ("api bills", 200), ("api bill", 200), ("api replay", 200), ("api run", 200),
        ("api run never", 400), ("api issue", 200), ("api dispute", 200), ("api no reason", 400),
        ("api long", 400), ("api correct", 400), ("api unknown", 404),
    ],
)  # fmt: skip
def test_each_is_answered(visit, name, status):
    assert visit[name].status_code == status, visit[name].text[:2000]


def test_the_list_tells_the_month_and_what_to_do(visit):
    assert "이 달의 고지가 없습니다" in text_of(visit["empty"])
    listed = text_of(visit["list"])
    assert "2026-03" in listed
    assert listed.count("초안") >= 12


def test_a_bill_shows_each_line_with_its_formula_and_its_clause(visit):
    draft = text_of(visit["draft"])
    assert "15 mm: 1,200 = 1,200" in draft
    assert "§2" in draft
    assert "예시 요율표" in draft
    assert 'action="/ko/center/water/bills/urn:ngsi-ld:WaterBill:a01:2026-03/issue"' in (
        visit["draft"].text
    )


def test_a_refused_step_is_told_on_its_page_with_what_was_sent(visit):
    assert 'role="alert"' in visit["short"].text
    assert 'value="no"' in visit["short"].text
    assert "이의 제기" in text_of(visit["disputed"])


def test_the_replay_says_the_same_to_the_won_and_shows_the_frames(visit):
    replayed = text_of(visit["replay"])
    assert "The same to the won." in replayed
    assert "70b3d50000000001" in replayed


def test_nobody_but_who_may_write_sees_forms(visit):
    assert '<form method="post"' not in visit["nobody's list"].text


def test_the_secret_is_shown_before_it_is_in_force_and_never_after(visit):
    secret = visit["secret"].text
    assert secret in visit["account"].text
    assert secret not in visit["account after"].text


@pytest.mark.parametrize(("name", "words"), [("mine", "우리 집 수돗물"), ("my water", "My water")])
def test_the_customer_s_page_works_without_a_script(visit, name, words):
    page = visit[name]
    assert words in text_of(page)
    assert "<rect" in page.text
    assert page.text.count("<table") >= 2
    assert 'name="referrer" content="no-referrer"' in page.text
    assert account_id(1) not in page.text


def test_the_customer_is_compared_with_twelve_neighbours(visit):
    assert "the median of 12 similar households" in text_of(visit["my water"])


def test_a_wrong_secret_is_told_as_any_page_that_is_not_there(visit):
    told = text_of(visit["wrong"])
    assert visit["secret"].text not in told


def test_the_interface_tells_the_bill_and_its_replay(visit):
    bill, made = visit["api bill"].json(), visit["api replay"].json()
    assert bill["amount"] == made["recomputedWon"] == made["billedWon"]
    assert made["isSame"]
    assert len(made["messages"]) == 32
    assert bytes.fromhex(made["messages"][0]["body"]).startswith(b"{")
    assert visit["api bills"].json()["bills"][0]["id"] == BILL
    assert visit["api run"].json()["settled"] == 12


def test_a_step_that_is_refused_is_a_problem_of_its_kind(visit):
    assert visit["api correct"].json()["type"] == "urn:dalgu:problem:water-leak-allowance-spent"
    assert visit["api unknown"].json()["type"] == "urn:dalgu:problem:water-bill-not-existing"


def test_no_role_is_asked_for_that_the_policy_does_not_know():
    assert {page.operation.value for page in pages.PAGES} == {"bill.read", "public.read"}
    assert {form.operation.value for form in pages.FORMS} == {"bill.write"}
