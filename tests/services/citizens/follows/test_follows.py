import email
import hmac
from datetime import UTC, date, datetime
from email.policy import default
from hashlib import sha256
from xml.etree import ElementTree

import httpx2
import msgspec
import pytest

from dalgu.access.logbook import Noted
from dalgu.kernel.terms import Owed, Term, TermRule, TermStarted, Unit
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.box import Box
from dalgu.services.citizens.follows import refusals
from dalgu.services.citizens.follows.calendar import Meeting, Sheet, calendar
from dalgu.services.citizens.follows.feeds import ATOM, Feed, atom, rss
from dalgu.services.citizens.follows.telling import Telling
from dalgu.services.citizens.moderation.things import Thing
from dalgu.services.citizens.people.levels import Level, LevelTooLow
from dalgu.web.language import catalogue

ESSAY = "essay:1"
RULE = TermRule("r", Text("답변", "Answer"), Text("법 4조", "Act, art. 4"), 7, Unit.WORKING_DAYS)


class Happened(msgspec.Struct, frozen=True, tag="published"):
    """A deed that the catalogue has words for under 'proposals'."""


class Silent(msgspec.Struct, frozen=True, tag="supported"):
    """A deed that nobody is told of."""


@pytest.fixture
def follower(town):
    """A town with one essay of room 'proposals', followed by somebody with an address."""
    town.shown = {ESSAY: Thing(ESSAY, Text("벤치", "Bench"), "/essays/1")}
    town.rooms.moderation.things.offer("proposals", lambda subject: town.shown.get(subject))
    town.ground.book.open_room("proposals", Happened | Silent | TermStarted, lambda entry: None)
    reader = town.citizen(Level.EMAIL)
    town.run(town.rooms.people.addresses.keep(reader.id, "reader@example.org"))
    town.run(town.rooms.follows.follow(reader, ESSAY, "en"))
    town.reader = reader
    return town


def note(town, deed=None, subject=ESSAY):
    noted = [Noted(subject, deed or Happened())]
    town.run(town.ground.book.write(town.staff, "proposals", lambda at: noted))


def mails(town):
    files = sorted(town.rooms.post.folder.glob("*.eml"))
    return [email.message_from_bytes(one.read_bytes(), policy=default) for one in files]


def morning(town):
    town.run(town.rooms.telling.digests(town.ground.hub, town.clock))


def test_a_digest_tells_what_is_new_once_in_the_language_of_the_follower(follower):
    note(follower)
    note(follower, Silent())
    morning(follower)  # a Monday
    [mail] = mails(follower)
    assert mail["To"] == "reader@example.org"
    assert "1 news" in mail["Subject"]
    body = mail.get_content()
    assert "Bench" in body
    assert "The proposal was published." in body
    morning(follower)
    assert len(mails(follower)) == 1


def test_weekly_waits_for_monday_and_daily_does_not(follower):
    follower.wait(days=1)
    note(follower)
    morning(follower)
    assert mails(follower) == []
    follower.run(follower.rooms.follows.set_frequency(follower.reader, "daily"))
    morning(follower)
    assert len(mails(follower)) == 1


def test_what_was_before_the_following_is_not_told(town):
    town.rooms.moderation.things.offer(
        "proposals", lambda subject: Thing(ESSAY, Text("벤치", "Bench"), "/essays/1")
    )
    town.ground.book.open_room("proposals", Happened | Silent, lambda entry: None)
    note(town)
    reader = town.citizen(Level.EMAIL)
    town.run(town.rooms.people.addresses.keep(reader.id, "reader@example.org"))
    town.run(town.rooms.follows.follow(reader, ESSAY))
    morning(town)
    assert mails(town) == []


def test_nobody_is_told_of_what_is_hidden_or_not_public(follower):
    note(follower)
    hidden = follower.rooms.moderation.hide(follower.staff, ESSAY, "abuse", "an insult")
    follower.run(hidden)
    morning(follower)
    follower.run(follower.rooms.moderation.keep(follower.staff, ESSAY, "it is none"))
    follower.shown[ESSAY] = Thing(ESSAY, Text("벤치", "Bench"), "/essays/1", is_public=False)
    morning(follower)
    assert mails(follower) == []
    with pytest.raises(refusals.NothingToFollow):
        follower.run(follower.rooms.follows.follow(follower.citizen(Level.EMAIL), ESSAY))


def test_a_term_of_the_law_is_told_at_once_and_nothing_else(follower):
    note(follower)
    note(follower, TermStarted("answer", date(2026, 11, 30)))
    follower.run(follower.rooms.telling.tell())
    [mail] = mails(follower)
    assert "Bench" in mail["Subject"]
    assert "term to answer has begun" in mail.get_content()
    follower.run(follower.rooms.telling.tell())
    assert len(mails(follower)) == 1


def test_mails_stop_without_signing_in_and_only_by_a_true_link(follower):
    room, reader = follower.rooms.follows, follower.reader.id
    note(follower)
    morning(follower)
    [mail] = mails(follower)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert room.stop_path(reader) in mail["List-Unsubscribe"]
    assert room.stop_path(reader, ESSAY) in mail.get_content()
    with pytest.raises(refusals.StopLinkInvalid):
        follower.run(room.stop(reader, ESSAY, "f" * 32))
    tag = room.stop_path(reader, ESSAY).rpartition("/")[2]
    with pytest.raises(refusals.StopLinkInvalid):
        follower.run(room.stop(reader, "*", tag))  # a link stops what it says, no more
    follower.run(room.stop(reader, ESSAY, tag))
    assert room.of(follower.reader) == []
    assert not room.is_following(follower.reader, ESSAY)


def test_a_link_that_stops_all_mails_leaves_the_feeds(follower):
    room, reader = follower.rooms.follows, follower.reader.id
    follower.run(room.stop(reader, "*", room.stop_path(reader).rpartition("/")[2]))
    note(follower, TermStarted("answer", date(2026, 11, 30)))
    follower.run(follower.rooms.telling.tell())
    morning(follower)
    assert mails(follower) == []
    assert len(room.newsroom.of_things([ESSAY])) == 1


def test_guests_and_officials_follow_by_feed_alone(follower):
    with pytest.raises(LevelTooLow):
        follower.run(follower.rooms.follows.follow(follower.staff, ESSAY))
    with pytest.raises(refusals.FrequencyUnknown):
        follower.run(follower.rooms.follows.set_frequency(follower.reader, "hourly"))


class Listener:
    """Another program that takes letters, or does not."""

    def __init__(self, *statuses):
        self.statuses, self.heard = list(statuses), []

    async def __call__(self, scope, receive, send):
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.heard.append((headers, (await receive())["body"]))
        status = self.statuses.pop(0) if self.statuses else 204
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def telling(town, listener):
    rooms = town.rooms
    return Telling(town.ground, rooms.follows, rooms.people, rooms.post,
                   transport=httpx2.ASGITransport(app=listener))  # fmt: skip


def test_a_hook_gets_signed_news_and_is_asked_again_when_it_fails(follower):
    hook, key = follower.run(follower.rooms.follows.hook(follower.staff, "https://a.example/x"))
    note(follower)
    listener = Listener(500)
    follower.run(telling(follower, listener).tell())
    (headers, body), _ = listener.heard
    signature = hmac.new(key.encode(), body, sha256).hexdigest()
    assert headers["x-dalgu-signature"] == f"sha256={signature}"
    assert msgspec.json.decode(body)["words"]["en"] == "The proposal was published."
    follower.run(follower.rooms.follows.unhook(follower.staff, hook.number))
    note(follower)
    follower.run(telling(follower, listener).tell())
    assert len(listener.heard) == 2


def test_a_hook_that_never_answers_is_counted_and_stops_nobody(follower):
    follower.run(follower.rooms.follows.hook(follower.staff, "https://a.example/x"))
    note(follower)
    silent = telling(follower, Listener(500, 500, 500))
    follower.run(silent.tell())
    assert silent.unsent == 1


@pytest.mark.parametrize("url", ["http://a.example", "ftp://a", "", "https://a\n.example"])
def test_a_hook_goes_over_tls_alone(follower, url):
    with pytest.raises(refusals.HookInvalid):
        follower.run(follower.rooms.follows.hook(follower.staff, url))
    with pytest.raises(refusals.HookNotExisting):
        follower.run(follower.rooms.follows.unhook(follower.staff, 9))


def a_feed(town, **more):
    now = town.clock.now()
    told = {"title": "제안", "home": "https://c.example", "path": "/citizens",
            "own": "https://c.example/f", "language": "ko", "now": now} | more  # fmt: skip
    return Feed(**told)


def test_feeds_are_well_formed_and_hold_the_newest_first(follower):
    follower.shown[ESSAY] = Thing(ESSAY, Text("<벤치> & \x07", "B"), "/essays/1")
    note(follower)
    follower.wait(minutes=1)
    note(follower, TermStarted("answer", date(2026, 11, 30)))
    told = follower.rooms.follows.newsroom.of_room("proposals")
    root = ElementTree.fromstring(atom(a_feed(follower), told))
    entries = root.findall(f"{{{ATOM}}}entry")
    assert [one.findtext(f"{{{ATOM}}}title") for one in entries] == ["<벤치> & "] * 2
    assert "기한" in entries[0].findtext(f"{{{ATOM}}}summary")
    assert root.findtext(f"{{{ATOM}}}updated") == "2026-11-30T00:01:00Z"
    items = ElementTree.fromstring(rss(a_feed(follower), told)).findall("channel/item")
    assert items[0].findtext("link") == "https://c.example/ko/essays/1"
    assert len({one.findtext("guid") for one in items}) == 2


def test_a_calendar_has_running_terms_and_meetings_in_short_lines():
    owed = Owed("proposal:1", Text("긴 제목, 아주 긴 제목; " * 8, "T"), "/p/1", "도시과",
                Term(RULE, date(2026, 11, 30)))  # fmt: skip
    meeting = Meeting("m:1", Text("회의", "Meeting"), "/m/1",
                      datetime(2026, 12, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, 3, tzinfo=UTC),
                      "시청, 대회의실")  # fmt: skip
    sheet = Sheet("달력", "https://c.example", "ko", datetime(2026, 11, 30, tzinfo=UTC))
    body = calendar(sheet, [owed], [meeting])
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    whole = body.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20261209" in whole
    assert "긴 제목\\, 아주 긴 제목\\; " in whole
    assert "DTSTART:20261201T010000Z" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 2


def test_every_room_with_things_has_a_name_for_its_feed(town):
    for room in town.rooms.moderation.things.rooms:
        for language in ("ko", "en"):
            assert f"follows.room.{room}" in catalogue(language)


def test_a_vote_is_news_when_it_opens_and_when_it_is_counted(town):
    box = Box("v", Text("길", "Road"), "choice", ("a", "b"))
    town.run(town.rooms.ballots.open(town.staff, box))
    town.run(town.rooms.ballots.close(town.staff, "v"))
    told = town.rooms.follows.newsroom.of_room("ballots")
    assert [one.news.key for one in told] == ["ballots.box.opened", "ballots.box.closed"]
    reader = town.citizen(Level.EMAIL)
    town.run(town.rooms.follows.follow(reader, "v"))
    assert town.again().follows.is_following(reader, "v")
    [entity] = town.mirrored("BallotBox")
    assert entity["status"]["value"] == "counted"
