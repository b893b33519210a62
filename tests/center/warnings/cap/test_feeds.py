"""Feeds of every kind, around messages and beside them."""

from datetime import UTC, datetime

import pytest

from dalgu.center.warnings.cap.feeds import Entry, Form, read_feed, write_atom
from dalgu.center.warnings.cap.message import Alert, Info
from dalgu.center.warnings.cap.rules import CapRefused, Rule

ALERT = Alert(
    identifier="D-1", sender="city@daegu.example", sent="2026-11-29T12:00:00+09:00",
    status="Actual", kind="Alert", scope="Public",
    infos=(Info(language="ko-KR", categories=("Fire",), event="화재", urgency="Immediate",
                severity="Severe", certainty="Observed"),),
)  # fmt: skip
NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
BODY = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"><identifier>a</identifier>'
    "<sender>b</sender><sent>2026-11-29T12:00:00+09:00</sent><status>Actual</status>"
    "<msgType>Alert</msgType><scope>Public</scope></alert>"
)


def test_our_own_feed_is_read_as_it_was_written():
    body = write_atom(
        "http://city/cap/feed.atom", "대구", NOW, [Entry(ALERT, "화재", "http://city/1", NOW)]
    )
    feed = read_feed(body)
    assert feed.form is Form.ATOM
    assert [one.alert for one in feed.found] == [ALERT]
    assert feed.links == ()


def test_an_atom_feed_of_links_tells_them_in_order():
    entries = "".join(
        f"<entry><id>{n}</id><link href='http://h/{n}.html' type='text/html'/>"
        f"<link rel='self' href='http://h/self'/><link href='http://h/{n}'/>"
        f"<link href='http://h/{n}.cap' type='application/cap+xml'/></entry>"
        for n in range(2)
    )
    feed = read_feed(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode())
    assert (feed.form, feed.links) == (Form.ATOM, ("http://h/0.cap", "http://h/1.cap"))


def test_rss_holds_or_links_alerts():
    body = f"""<rss version="2.0"><channel><title>t</title>
      <item><link>http://h/1</link></item><item><link>http://h/2</link>{BODY}</item>
    </channel></rss>"""
    feed = read_feed(body.encode())
    assert (feed.form, feed.links) == (Form.RSS, ("http://h/1",))
    assert [one.alert.identifier for one in feed.found] == ["a"]


@pytest.mark.parametrize("namespace", ["urn:oasis:names:tc:emergency:EDXL:DE:1.0", "urn:x:de:2.0"])
def test_edxl_distribution_holds_alerts(namespace):
    body = f"""<EDXLDistribution xmlns="{namespace}"><distributionID>d</distributionID>
      <contentObject><xmlContent><embeddedXMLContent>{BODY}</embeddedXMLContent></xmlContent>
      </contentObject><contentObject><nonXMLContent><uri>http://h/9</uri></nonXMLContent>
      </contentObject></EDXLDistribution>"""
    feed = read_feed(body.encode())
    assert (feed.form, len(feed.found), feed.links) == (Form.EDXL, 1, ("http://h/9",))


def test_an_alert_in_an_envelope_is_found():
    body = f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{BODY}</s:Body></s:Envelope>'
    assert read_feed(body.encode()).form is Form.ENVELOPE


def test_what_holds_no_alert_and_is_no_feed_is_refused():
    with pytest.raises(CapRefused) as refused:
        read_feed(b"<html/>")
    assert refused.value.breaches[0].rule is Rule.NAMESPACE


def test_every_public_message_survives_inside_every_feed(vectors):
    for body in vectors.values():
        [alone] = read_feed(body).found
        entry = Entry(alone.alert, "t", "http://h/1", NOW)
        [again] = read_feed(write_atom("http://h", "t", NOW, [entry])).found
        assert again.alert == alone.alert
