"""Warnings of others: taken once, followed by updates and cancels, refused with the rule."""

import httpx2
import msgspec
import pytest
from tests.center.warnings.around import ADMIN, NIGHT, a_warning

from dalgu.access.actor import SYSTEM
from dalgu.center.documents import value
from dalgu.center.warnings.cap.message import Alert, Area, Info
from dalgu.center.warnings.cap.rules import CapRefused, Rule
from dalgu.center.warnings.cap.shapes import circle_text
from dalgu.center.warnings.cap.writing import write
from dalgu.center.warnings.deeds import SourceSet, Verdict

HERE = Area("대구 수성구 일대", circles=(circle_text((128.63, 35.86), 2.0),))
PARIS = Area("Paris", circles=(circle_text((2.35, 48.85), 5.0),))


def a_message(identifier="KMA-1", *, areas=(HERE,), **more):
    info = {
        "language": "ko-KR", "categories": ("Met",), "event": "호우경보", "urgency": "Immediate",
        "severity": "Severe", "certainty": "Likely", "headline": "호우경보 발효",
        "expires": "2026-11-29T18:00:00+09:00", "areas": areas,
    } | more.pop("info", {})  # fmt: skip
    told = {
        "identifier": identifier, "sender": "kma@korea.example", "status": "Actual",
        "sent": "2026-11-29T11:59:00+09:00", "kind": "Alert", "scope": "Public",
        "infos": (Info(**info),),
    } | more  # fmt: skip
    return Alert(**told)


def unread(status):
    """Return an empty answer whose stream nobody has read."""
    return httpx2.Response(status, stream=httpx2.ByteStream(b""))


def take(town, message):
    return town.run(town.warnings.incoming.take(write(message), "api", SYSTEM))


def verdicts(town):
    return [deed.verdict for _, deed in town.warnings.known.received]


def test_a_warning_that_touches_the_city_becomes_an_alert_with_its_place(town):
    take(town, a_message())
    [alert] = town.alerts()
    assert value(alert, "category") == "naturalDisaster"  # heavy rain floods
    assert value(alert, "severity") == "high"
    assert value(alert, "status") == "open"
    assert alert["name"]["languageMap"]["ko"] == "호우경보 발효"
    lon, lat = value(alert, "location")["coordinates"]
    assert abs(lon - 128.63) < 0.03
    assert abs(lat - 35.86) < 0.03
    assert value(alert, "data")["area"]["type"] == "Polygon"


def test_the_same_message_is_taken_once(town):
    take(town, a_message())
    assert take(town, a_message()).duplicates == 1
    assert verdicts(town) == [Verdict.RAISED]


def test_updates_and_cancels_follow_their_references(town):
    first = a_message()
    take(town, first)
    second = a_message(
        "KMA-2", kind="Update", references=str(first.reference), info={"severity": "Extreme"}
    )
    take(town, second)
    [alert] = town.alerts()
    assert value(alert, "severity") == "critical"
    assert value(alert, "status") == "open"
    take(town, a_message("KMA-3", kind="Cancel", references=str(second.reference)))
    [alert] = town.alerts()
    assert value(alert, "status") == "resolved"
    assert value(alert, "validTo") == "2026-11-29T03:00:00Z"
    assert verdicts(town) == [Verdict.RAISED, Verdict.UPDATED, Verdict.CANCELLED]


def test_a_foreign_warning_ends_by_its_time(town):
    take(town, a_message())
    town.pass_time(hours=7)
    town.run(town.warnings.end_what_is_over())
    assert value(town.alerts()[0], "status") == "resolved"
    assert town.again().known.open_foreign == {}


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"areas": (PARIS,)}, Verdict.ELSEWHERE),
        ({"areas": (Area("전국 아닌 곳"),)}, Verdict.ELSEWHERE),
        ({"status": "Test"}, Verdict.NOTED),
        ({"status": "Exercise"}, Verdict.NOTED),
        ({"kind": "Ack", "references": "a,b,2026-11-29T11:00:00+09:00"}, Verdict.NOTED),
        ({"kind": "Cancel", "references": "a,b,2026-11-29T11:00:00+09:00"}, Verdict.NOTED),
    ],
)
def test_what_is_none_of_the_citys_business_raises_nothing(town, more, verdict):
    take(town, a_message(**more))
    assert town.alerts() == []
    assert verdicts(town) == [verdict]


def test_a_warning_that_only_names_the_city_is_taken(town):
    take(town, a_message(areas=(Area("대구광역시"),)))
    assert len(town.alerts()) == 1


def test_a_wrong_message_is_refused_once_and_kept_with_the_rule(town):
    wrong = msgspec.structs.replace(a_message(), sent="2026-11-29T02:59:00Z")
    for _ in range(2):
        with pytest.raises(CapRefused) as refused:
            take(town, wrong)
        assert refused.value.breaches[0].rule is Rule.UTC_OFFSET
    [(_, deed)] = town.warnings.known.received
    assert (deed.verdict, deed.rule) == (Verdict.REFUSED, "utc-offset")
    assert town.run(town.hub.kept(deed.digest)) == write(wrong)
    assert town.alerts() == []


def test_our_own_message_does_not_come_back(town):
    warning = town.sent(a_warning())
    taken = take(town, warning.newest.alert)
    assert (taken.received, taken.duplicates) == ((), 1)


def test_a_feed_is_asked_for_what_is_new_and_its_links_followed_at_home(town):
    asked = []
    link = "<link type='application/cap+xml' href='{}'/>"
    entries = [link.format("/1.cap"), link.format("http://elsewhere.example/2.cap")]
    atom = "".join(f"<entry>{one}</entry>" for one in entries)

    def answer(request):
        asked.append(str(request.url))
        if request.headers.get("if-none-match") == '"7"':
            return httpx2.Response(304)
        if request.url.path == "/feed":
            body = f"<feed xmlns='http://www.w3.org/2005/Atom'>{atom}</feed>"
            return httpx2.Response(200, content=body, headers={"etag": '"7"'})
        return httpx2.Response(200, content=write(a_message()))

    town.hear(answer)
    source = SourceSet("kma", "http://feed.example/feed")
    town.run(town.warnings.incoming.set_source(source, ADMIN))
    town.run(town.warnings.incoming.ask(source))
    town.run(town.warnings.incoming.ask(source))
    assert asked == [
        "http://feed.example/feed",
        "http://feed.example/1.cap",
        "http://feed.example/feed",
    ]
    assert len(town.alerts()) == 1


def test_a_feed_with_one_wrong_alert_gives_the_others_and_tells_it_once(town):
    good, bad = write(a_message()), write(a_message("KMA 2"))
    body = b"<list>" + b"".join(one.split(b"?>\n")[1] for one in (bad, good)) + b"</list>"
    for _ in range(3):
        town.run(town.warnings.incoming.take(body, "feed", SYSTEM))
    assert verdicts(town) == [Verdict.REFUSED, Verdict.RAISED]


def test_a_dead_feed_hurts_nobody(town):
    def answer(request):
        raise httpx2.ConnectError("no")

    town.hear(answer)
    town.run(town.warnings.incoming.ask(SourceSet("dead", "http://dead.example/")))
    assert town.warnings.known.received == []


def test_partners_get_every_message_with_their_token_and_silence_is_written_down(town):
    from dalgu.center.warnings.deeds import Outcome, PartnerSet

    got = []

    def answer(request):
        if "broken" in str(request.url):
            return unread(400)
        got.append((request.headers["authorization"], request.content))
        return unread(202)

    town.hear(answer)
    for name, token in (("radio", "secret"), ("broken", "")):
        partner = PartnerSet(name, f"http://{name}.example/cap", "1.1")
        town.run(town.warnings.outgoing.set_partner(partner, token, ADMIN))
    warning = town.sent(a_warning(), NIGHT)
    town.run(town.warnings.outgoing.deliver())
    found = {deed.target: deed for _, deed in warning.deliveries}
    assert got[0][0] == "Bearer secret"
    assert b"cap:1.1" in got[0][1]
    assert found["radio"].outcome is Outcome.DELIVERED
    assert (found["broken"].outcome, found["broken"].said) == (Outcome.FAILED, "400")
    assert "범어1동 화재. 대피하세요. [대구] (" in found["cell-broadcast"].said
    assert found["cell-broadcast"].outcome is Outcome.RECORDED
    assert town.warnings.outgoing.due() == []  # nothing is sent twice


def test_a_partner_that_fails_for_a_while_is_asked_again(town):
    from dalgu.center.warnings.deeds import Outcome, PartnerSet

    answers = map(unread, (503, 429, 200))
    town.hear(lambda request: next(answers))
    town.run(town.warnings.outgoing.set_partner(PartnerSet("radio", "http://r.example"), "", ADMIN))
    warning = town.sent(a_warning())

    async def deliver():
        import asyncio

        from tests.center.warnings.around import timedelta

        work = asyncio.create_task(town.warnings.outgoing.deliver())
        while not work.done():
            await asyncio.sleep(0.002)
            await town.clock.advance(timedelta(seconds=5))
        await work

    town.run(deliver())
    [last] = [deed for _, deed in warning.deliveries if deed.target == "radio"]
    assert (last.outcome, last.attempts) == (Outcome.DELIVERED, 3)


def test_a_foreign_warning_becomes_an_incident_of_the_center(town):
    take(town, a_message())
    rooms = town.platform.rooms
    town.run(rooms.alarms.take(town.alerts()))
    [incident] = rooms.incidents.open_ones()
    assert incident.category == "flood"
    assert incident.district == "22060"
    assert incident.title.ko
