"""Proposals over HTTP: every page in every stage, forms without script, doors of programs."""

from datetime import date, timedelta

import msgspec
import pytest
from tests.app.conftest import PASSWORD, a_house, cheap_hashes  # noqa: F401 - a fixture

from dalgu.access.actor import Role
from dalgu.services.citizens.moderation.words import rules
from dalgu.services.citizens.people.deeds import Vouched
from dalgu.services.citizens.proposals.configuring import set_space
from dalgu.services.citizens.proposals.sweeping import sweep
from dalgu.services.citizens.proposals.words import Stage

PAGE = {"accept": "text/html"}
BASE = "/center/citizens/proposals"
BEOMEO = "2206051"


class Site:
    """A platform with an operator, some residents, and a threshold of two."""

    def __init__(self, house):
        self.house = house
        self.rooms = house.platform.opened["citizens"].rooms
        self.room = self.rooms.proposals
        self.actor = {}
        house.headers["operator"] = house.sign_up(Role.OPERATOR)
        for name in ("ann", "bob", "cho"):
            self.join(name)
        space = self.room.space("talk")
        tiers = (msgspec.structs.replace(space.tiers[0], at=2), *space.tiers[1:])
        house.run(
            set_space(self.room, self.actor["ann"], msgspec.structs.replace(space, tiers=tiers))
        )
        petition = self.room.space("petition")
        two = (msgspec.structs.replace(petition.tiers[0], at=2),)
        house.run(
            set_space(self.room, self.actor["ann"], msgspec.structs.replace(petition, tiers=two))
        )

    def join(self, name):
        house, access = self.house, self.house.platform.access
        link = house.run(access.accounts.citizen_link())
        session = house.run(access.redeem_link(link, f"{name}-account", PASSWORD))
        house.headers[name] = {"cookie": f"dalgu_session={session.secret}"}
        actor = self.actor[name] = house.run(access.actor_of_session(session.secret))
        house.run(self.rooms.people.join(actor, f"{name}@example.org", name))
        vouched = Vouched(actor.id, f"voice-{name}", "desk", "22060", 1980)
        house.run(self.rooms.people.vouch(actor, vouched))

    def get(self, path, who=None, language="en", status=200):
        answer = self.house.ask("GET", f"/{language}{path}", who, headers=PAGE)
        assert answer.status_code == status, answer.text[:3000]
        return answer.text

    def post(self, path, who="ann", status=303, **form):
        answer = self.house.ask("POST", f"/en{path}", who, data=form, headers=PAGE)
        assert answer.status_code == status, answer.text[:3000]
        return answer

    def propose(self, title="골목 가로등을 더 밝게", who="ann", base="/proposals", **more):
        form = {"title": title, "text": "밤길이 어둡습니다.", "shown": "0", "dong": BEOMEO} | more
        return int(self.post(f"{base}/new", who, **form).headers["location"].rpartition("/")[2])

    def seen(self, number):
        """Draw all pages of one, for everybody, its author and the desk, in both languages."""
        found = self.room.get(number)
        base = {"talk": "/proposals", "petition": "/petitions", "ask": "/ask-citizens"}[found.kind]
        for language in ("ko", "en"):
            for who in (None, "ann", "bob"):
                text = self.get(f"{base}/{number}", who, language)
            self.get(f"{BASE}/{number}", "operator", language)
            self.get(BASE, "operator", language)
            self.get(base, None, language)
            self.get("/citizens/terms", None, language)
        return text

    def step(self, number, step, **form):
        self.post(f"{BASE}/{number}/{step}", "operator", **form)
        return self.seen(number)


@pytest.fixture
def bare(tmp_path, cheap_hashes):  # noqa: F811
    with a_house(tmp_path) as house:
        yield Site(house)


@pytest.fixture(scope="module")
def shared(tmp_path_factory, cheap_hashes):  # noqa: F811
    with a_house(tmp_path_factory.mktemp("city")) as house:
        built = Site(house)
        assert built.propose() == 1
        yield built


@pytest.fixture
def site(shared):
    """One for the tests that run in one process; each makes what it looks at, but number 1.

    Time passes between them: who writes much at once is refused.
    """
    shared.house.run(shared.house.clock.advance(timedelta(minutes=11)))
    return shared


def today(site):
    return site.rooms.people.today


def test_lists_help_where_there_is_nothing(bare):
    assert "Write the first one" in bare.get("/proposals")
    assert "There is no such question." in bare.get("/ask-citizens")
    assert "As soon as" in bare.get("/citizens/terms")
    bare.get(BASE, "operator", "ko")


def test_from_a_wish_to_its_answer_without_script(site):
    number = site.propose()
    assert "Beomeo 1-dong" in site.seen(number)
    for who in ("ann", "bob"):
        site.post(f"/proposals/{number}/support", who)
    assert "Threshold reached" in site.seen(number)
    site.post(f"/proposals/{number}/comment", "bob", side="against", text="예산이 듭니다.")
    site.post(f"/proposals/{number}/comment", "cho", side="other", text="얼마나요?", parent="1")
    site.post(f"/proposals/{number}/like", "cho", comment="1")
    assert "얼마나요?" in site.seen(number)
    site.step(number, "route", department="safety")
    site.step(number, "transfer", department="traffic", reason="소관")
    assert "More was asked for" in site.step(number, "ask_supplement", what="사진")
    site.post(f"/proposals/{number}/supply", "ann", text="사진을 더했습니다.")
    site.step(number, "extend", reason="현장 조사")
    answer = {"decision": "accept", "department": "traffic", "reason": "바꾸겠습니다.", "law": "",
              "cost_won": "12,000,000", "next_on": str(today(site) + timedelta(3))}  # fmt: skip
    assert "12,000,000 won" in site.step(number, "answer", **answer)
    until = str(today(site) + timedelta(days=90))
    site.step(number, "plan", plan="12개 교체", department="traffic", until=until)
    site.step(number, "stall", reason="예산")
    site.step(number, "implement", done="바꾸었습니다.", entity="urn:ngsi-ld:Streetlight:1")
    assert site.room.get(number).stage is Stage.IMPLEMENTED
    site.step(number, "reopen", reason="다시 꺼짐")


def test_similar_ones_are_shown_before_anything_is_published(site):
    first = site.propose("놀이터에 그늘막을 달아 주세요", text="여름에 뜨거워요")
    form = {"title": "놀이터 그늘막 설치", "text": "여름에 뜨겁습니다."}
    before = len(site.room.all)
    shown = site.post("/proposals/new", "bob", status=200, **form).text
    assert len(site.room.all) == before
    assert f"/en/proposals/{first}/support" in shown
    assert "놀이터 그늘막 설치" in shown  # what was written stands in the form still
    told = shown.partition('name="shown" value="')[2].partition('"')[0]
    number = site.post("/proposals/new", "bob", **form, shown=told).headers["location"]
    found = site.room.get(int(number.rpartition("/")[2]))
    assert first in found.similar
    site.seen(found.number)


def test_a_merge_asks_supporters_on_their_pages(site):
    earlier, later = site.propose("버스 도착 안내판"), site.propose("버스 안내판 설치", who="bob")
    site.post(f"/proposals/{later}/support", "cho")
    site.step(later, "merge", into=str(earlier), reason="같은 내용")
    assert "Shall your support come over" in site.get("/proposals/mine", "cho")
    assert "bring it over" in site.get(f"/proposals/{earlier}", "cho")
    site.post(f"/proposals/{earlier}/agree", "cho")
    site.seen(earlier)
    site.get("/proposals/mine", "ann", "ko")


def test_a_petition_and_a_question_go_their_ways(site):
    number = site.propose("노선 개편을 토론합시다", base="/petitions")
    for who in ("ann", "bob"):
        site.post(f"/petitions/{number}/support", who)
    site.seen(number)
    site.step(number, "decide", is_granted="yes", on=str(today(site)), reason="관심")
    site.step(number, "hold", on=str(today(site)), record="속기록", result="3개 조정")

    form = {"title": "심야버스", "text": "몇 시까지?", "department": "traffic", "topic": "traffic"}
    site.get(f"{BASE}/ask", "operator", "ko")
    site.post(f"{BASE}/ask", "operator", status=400, **form, closes_on="soon")
    asked = site.post(f"{BASE}/ask", "operator", **form, closes_on=str(today(site) + timedelta(5)))
    question = int(asked.headers["location"].rpartition("/")[2])
    site.post(f"/ask-citizens/{question}/comment", "ann", side="for", text="새벽 1시")
    site.seen(question)
    site.house.run(site.house.clock.advance(timedelta(days=6)))
    site.house.run(sweep(site.room))
    site.step(question, "record", result="1시로", used="1")
    site.seen(question)


def test_the_desk_answers_many_at_once_and_keeps_templates(site):
    numbers = [site.propose(f"횡단보도 {n}번 신호") for n in range(2)]
    for number in numbers:
        for who in ("ann", "bob"):
            site.post(f"/proposals/{number}/support", who)
    site.step(numbers[0], "route", department="traffic")
    site.get(f"{BASE}/spaces", "operator", "ko")
    site.post(f"{BASE}/templates", "operator", name="접수", decision="refuse", text="어렵습니다.")
    assert "어렵습니다." in site.get(f"{BASE}/spaces?space=new", "operator")
    form = {"number": [str(n) for n in numbers], "decision": "refuse", "department": "traffic",
            "reason": "어렵습니다.", "law": "도로교통법"}  # fmt: skip
    told = site.post(BASE, "operator", status=200, **form).text
    assert site.room.get(numbers[0]).stage is Stage.ANSWERED
    assert "is &#39;reached&#39;" in told
    site.post(BASE, "operator", status=400, **form | {"decision": "maybe"})
    site.post(f"/proposals/{numbers[0]}/appeal", "ann", reason="현장이 다릅니다.")
    assert "Appealed" in site.seen(numbers[0])


def test_a_space_is_set_by_its_form(site):
    page = site.get(f"{BASE}/spaces?space=talk", "operator")
    assert 'name="at_0"' in page
    form = {
        "id": "suseong", "kind": "talk", "ko": "수성구 제안", "en": "Suseong", "window_days": "20",
        "write_level": "email", "support_level": "email", "least_age": "0", "supplement_days": "7",
        "at_0": "30",
        "carry": "consent", "carry_days": "14", "appeal_days": "30", "act_0": "answer",
        "length_0": "14", "unit_0": "working_days", "extension_0": "7", "most_extensions_0": "2",
    }  # fmt: skip
    site.post(f"{BASE}/spaces", "operator", **form)
    assert site.room.space("suseong").tiers[0].at == 30
    site.get(f"{BASE}/spaces?space=suseong", "operator")
    site.post(f"{BASE}/spaces", "operator", status=400, **form | {"at_0": "many"})
    site.post(f"{BASE}/spaces", "operator", status=400, **form | {"act_0": "committee"})
    assert 'name="space"' in site.get("/proposals/new", "ann")


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/proposals/new", {"title": "", "text": "글", "shown": "0"}, 400),
        ("/proposals/new", {"title": "제" * 200, "text": "글", "shown": "0"}, 413),
        (
            "/proposals/new",
            {"title": "제목", "text": "글", "lon": "0", "lat": "0", "shown": "0"},
            400,
        ),
        (
            "/proposals/new",
            {"title": "제목", "text": "글", "lon": "nan", "lat": "1", "shown": "0"},
            400,
        ),
        ("/proposals/99/support", {}, 404),
        ("/petitions/1/support", {}, 404),  # one of another kind
        ("/proposals/1/dance", {}, 404),
        ("/proposals/1/like", {"comment": "x"}, 404),
        ("/proposals/1/unsupport", {}, 404),
        ("/proposals/1/comment", {"text": "글" * 2_000}, 413),
        ("/proposals/1/comment", {"text": "글", "parent": "77"}, 404),
        ("/proposals/1/appeal", {"reason": "왜"}, 409),
    ],
)
def test_what_does_not_hold_is_told_and_nothing_changes(site, path, form, status):
    before = [(one.stage, len(one.supports), len(one.comments)) for one in site.room.all.values()]
    site.post(path, "cho", status=status, **form)
    after = [(one.stage, len(one.supports), len(one.comments)) for one in site.room.all.values()]
    assert before == after


def test_a_second_support_is_refused_on_the_page_itself(site):
    number = site.propose("경로당 난방")
    site.post(f"/proposals/{number}/support", "cho")
    told = site.post(f"/proposals/{number}/support", "cho", status=409).text
    assert "already counted" in told
    assert 'role="alert"' in told


def test_a_page_of_another_kind_leads_to_its_own(site):
    answer = site.house.ask("GET", "/ko/petitions/1", headers=PAGE)
    assert answer.headers["location"] == "/ko/proposals/1"


def test_a_list_is_searched_filtered_sorted_and_paged(site):
    for query in ("?q=가로등", "?status=routed&sort=supports", "?district=22060&sort=closing",
                  "?sort=comments&page=9", "?sort=nonsense&page=x&status=zzz"):  # fmt: skip
        site.get(f"/proposals{query}", None, "ko")
    assert "골목 가로등을 더 밝게" in site.get("/proposals?q=가로등")
    assert "골목 가로등을 더 밝게" not in site.get("/proposals?q=그늘막")


def test_programs_read_proposals_without_who_wrote_them(bare):
    site = bare
    site.propose()
    site.propose("놀이터에 그늘막을 달아 주세요", text="여름에 뜨거워요")
    asked = {"title": "심야버스", "text": "몇 시까지?", "department": "traffic", "topic": "traffic"}
    site.post(f"{BASE}/ask", "operator", **asked, closes_on=str(today(site) + timedelta(5)))
    told = site.house.ask("GET", "/citizens/proposals.json").json()
    assert told["proposals"][0]["title"] == "골목 가로등을 더 밝게"
    text = site.house.ask("GET", "/citizens/proposals.json").text
    assert not any(actor.id in text for actor in site.actor.values())
    assert len(site.house.ask("GET", "/citizens/proposals.json?kind=ask").json()["proposals"]) == 1
    for wrong in ("after=x", "kind=y"):
        assert site.house.ask("GET", f"/citizens/proposals.json?{wrong}").status_code == 400
    asked = "/citizens/proposals/similar.json?title=놀이터 그늘막"
    assert site.house.ask("GET", asked).json()["similar"][0]["likeness"] > 0.3
    assert site.house.ask("GET", "/citizens/proposals/similar.json").json() == {"similar": []}


def test_what_is_hidden_leaves_a_tombstone_and_no_text(site):
    number = site.propose("나쁜 글의 제목", text="나쁜 글의 내용")
    hide = site.rooms.moderation.hide
    rule = next(iter(rules()))
    site.house.run(hide(site.actor["ann"], f"proposal:{number}", rule, "규칙 위반"))
    page = site.get(f"/proposals/{number}")
    assert "나쁜 글" not in page
    assert "taken off" in page
    assert "나쁜 글" not in site.get("/proposals")
    assert "나쁜 글" not in site.house.ask("GET", "/citizens/proposals.json").text


def test_overdue_terms_are_public_with_their_days(site):
    number = site.propose("기한을 넘길 제안", text="답을 오래 기다립니다.")
    for who in ("ann", "bob"):
        site.post(f"/proposals/{number}/support", who)
    site.house.run(site.house.clock.advance(timedelta(days=60)))
    site.house.run(site.rooms.clocks.strike())
    page = site.get("/citizens/terms?state=overdue")
    assert "days over" in page
    assert "told to:" in page
    assert "날짜" not in page
    assert date(2027, 1, 1) < today(site)
    site.get("/citizens/terms?department=교통정책과&state=met", None, "ko")
