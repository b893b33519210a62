from datetime import UTC, datetime, timedelta

import pytest

from dalgu.devices.lwm2m.clients import ClientBook
from dalgu.devices.lwm2m.errors import Lwm2mPayloadInvalid

NOW = datetime(2026, 3, 4, tzinfo=UTC)
LINKS = "</1/0>,</3/0>,</3424/0>"


def test_a_registration_lasts_its_lifetime():
    book = ClientBook()
    client = book.register("meter-1", "[::1]:1", LINKS, "60", NOW)
    assert book.of(client.location, NOW + timedelta(seconds=59)) == client
    assert book.of(client.location, NOW + timedelta(seconds=60)) is None
    assert book.endpoint_at("[::1]:1", NOW) == "meter-1"


def test_a_renewal_keeps_what_is_offered():
    book = ClientBook()
    client = book.register("meter-1", "[::1]:1", LINKS, "60", NOW)
    renewed = book.renew(client.location, "", "120", NOW + timedelta(seconds=30))
    assert renewed.instances == client.instances
    assert renewed.expires_at == NOW + timedelta(seconds=150)


def test_a_client_that_registers_again_has_one_place():
    book = ClientBook()
    first = book.register("meter-1", "[::1]:1", LINKS, "", NOW)
    second = book.register("meter-1", "[::1]:2", LINKS, "", NOW)
    assert len(book) == 1
    assert book.of(first.location, NOW) is None
    assert book.endpoint_at("[::1]:2", NOW) == "meter-1"
    assert second.location != first.location


@pytest.mark.parametrize("lifetime", ["0", "-5", "soon", "99999999999", "²"])
def test_a_lifetime_that_is_none_is_refused(lifetime):
    with pytest.raises(Lwm2mPayloadInvalid, match="lifetime"):
        ClientBook().register("meter-1", "[::1]:1", LINKS, lifetime, NOW)


def test_a_registration_without_a_name_is_refused():
    with pytest.raises(Lwm2mPayloadInvalid, match="endpoint"):
        ClientBook().register("", "[::1]:1", LINKS, "", NOW)


def test_those_that_are_gone_are_forgotten():
    book = ClientBook()
    book.register("meter-1", "[::1]:1", LINKS, "60", NOW)
    book.register("meter-2", "[::1]:2", LINKS, "60", NOW + timedelta(hours=1))
    assert len(book) == 1
