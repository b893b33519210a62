"""Messages go in whole or are kept with the reason; nothing is lost, nothing half-written."""

import asyncio
import base64
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.devices.errors import (
    DeviceControlsNothing,
    DeviceUnknown,
    FormatUnknown,
    JsonInvalid,
    PayloadUndecodable,
    ProfileUnknown,
)
from dalgu.devices.formats import FORMATS
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError, InvalidInput, Overloaded

EUI = "70b3d50000000001"
DEVICE = f"lorawan:{EUI}"


def an_uplink(now, payload=b"\x15\x14", eui=EUI, **fields) -> bytes:
    message = {
        "deviceInfo": {"devEui": eui},
        "time": iso(now),
        "data": base64.b64encode(payload).decode(),
        **fields,
    }
    return json.dumps(message).encode()


def beats(now, *devices: str) -> bytes:
    return json.dumps([{"device": device, "at": iso(now)} for device in devices]).encode()


async def series_of(city, entity, attribute="temperature"):
    week = timedelta(days=7)
    now = city.clock.now()
    return await city.hub.series(entity, attribute, now - week, now + week)


def test_each_value_of_an_uplink_leads_back_to_its_message(city) -> None:
    async def story() -> None:
        async with city() as c:
            asset = await c.add(DEVICE)
            body = an_uplink(c.clock.now())
            [receipt] = await c.intake.accept("chirpstack", body, transport="http")
            series = await series_of(c, asset)
            assert series.value.tolist() == [20.0, 21.0]
            assert set(series.message_id.tolist()) == {receipt.message_id}
            message = await c.hub.message(receipt.message_id)
            assert (message.body, message.device, message.refusal) == (body, DEVICE, None)

    asyncio.run(story())


def test_an_accepted_message_says_when_its_device_was_heard(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(DEVICE)
            for format in ("chirpstack", "chirpstack-join", "chirpstack-log"):
                await c.clock.advance(timedelta(minutes=1))
                await c.intake.accept(format, an_uplink(c.clock.now()), transport="http")
            heard = await c.hub.history(f"urn:ngsi-ld:Device:{DEVICE}", "deviceState")
            assert [one["observedAt"] for one, _ in heard] == [
                "2026-11-22T03:02:00Z",
                "2026-11-22T03:01:00Z",
            ]

    asyncio.run(story())


def test_values_carry_the_origin_of_their_device(city) -> None:
    async def story() -> None:
        async with city() as c:
            asset = await c.add(DEVICE, origin="synthetic")
            await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="simulation")
            assert (await c.hub.retrieve(asset))["origin"]["value"] == "synthetic"

    asyncio.run(story())


def test_the_same_message_twice_stores_its_values_once(city) -> None:
    async def story() -> None:
        async with city() as c:
            asset = await c.add(DEVICE)
            body = an_uplink(c.clock.now())
            [first] = await c.intake.accept("chirpstack", body, transport="http")
            [second] = await c.intake.accept("chirpstack", body, transport="http")
            assert second.stored == 0
            assert second.duplicates == first.stored
            assert len((await series_of(c, asset)).value) == 2

    asyncio.run(story())


@pytest.mark.parametrize(
    ("profile", "more", "format", "payload", "error"),
    [
        ("nonesuch", {}, "chirpstack", b"\x01", ProfileUnknown),
        ("hourly", {"controlled_asset": None}, "chirpstack", b"\x01", DeviceControlsNothing),
        ("hourly", {}, "chirpstack", b"\x00", InvalidInput),
        ("fields", {}, "chirpstack", b"", PayloadUndecodable),
    ],
)
def test_what_cannot_be_used_is_kept_with_the_reason(
    city, profile, more, format, payload, error
) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(DEVICE, profile, **more)
            body = an_uplink(c.clock.now(), payload)
            with pytest.raises(error) as raised:
                await c.intake.accept(format, body, transport="http")
            [(_, kept)] = await c.hub.messages(refused=True)
            assert (kept.body, kept.device, kept.refusal) == (body, DEVICE, raised.value.detail)
            assert c.intake.counters.refused == 1
            assert (await c.hub.types()).get("Thermometer", 0) == 0

    asyncio.run(story())


def test_an_unknown_device_is_told_the_command_that_registers_it(city) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(DeviceUnknown, match=f"dalgu devices add {DEVICE}"):
                await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")

    asyncio.run(story())


def test_a_body_that_no_format_reads_is_kept_too(city) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(JsonInvalid):
                await c.intake.accept("ttn", b"{", transport="http")
            [(_, kept)] = await c.hub.messages(refused=True)
            assert (kept.body, kept.device) == (b"{", "")

    asyncio.run(story())


def test_an_unknown_format_is_refused_and_nothing_kept(city) -> None:
    async def story() -> None:
        async with city() as c:
            with pytest.raises(FormatUnknown):
                await c.intake.accept("telex", b"", transport="http")
            assert await c.hub.messages() == []

    asyncio.run(story())


def test_the_good_part_of_a_message_is_stored_and_the_refused_part_named(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add("gateway:a", None)
            body = beats(c.clock.now(), "gateway:a", "gateway:b")
            taken = await c.intake.take("heartbeat", body, transport="http")
            assert [refusal.device for refusal in taken.refusals] == ["gateway:b"]
            [(number, kept)] = await c.hub.messages(device="gateway:*", refused=True)
            assert number == taken.receipt.message_id
            assert "gateway:b" in str(kept.refusal)
            [(_, heard_by)] = await c.hub.history("urn:ngsi-ld:Device:gateway:a", "deviceState")
            assert heard_by == number

    asyncio.run(story())


@pytest.mark.parametrize("format", ["chirpstack", "heartbeat"])
def test_kept_messages_are_decoded_once_their_device_is_registered(city, format) -> None:
    async def story() -> None:
        async with city() as c:
            now = c.clock.now()
            bodies = [
                an_uplink(now) if format == "chirpstack" else beats(now, DEVICE, "gateway:x")
                for now in (now - timedelta(hours=9), now)
            ]
            items = [(format, body, None) for body in bodies]
            await c.intake.accept_many(items, transport="mqtt")
            await c.add(DEVICE)
            receipts = await c.intake.replay_refused(DEVICE)
            assert [receipt.duplicates for receipt in receipts] == [0, 0]
            assert all(receipt.stored for receipt in receipts)
            assert await c.intake.replay_refused(DEVICE) == []
            heard = await c.hub.history(f"urn:ngsi-ld:Device:{DEVICE}", "deviceState")
            assert len(heard) == 2

    asyncio.run(story())


def test_one_bad_message_does_not_hold_up_the_others(city) -> None:
    async def story() -> None:
        async with city() as c:
            asset = await c.add(DEVICE)
            now = c.clock.now()
            bodies = [an_uplink(now - timedelta(minutes=n), b"\x15") for n in range(300)]
            items = [("chirpstack", body, None) for body in bodies]
            items.insert(7, ("chirpstack", b"{", None))
            items.insert(290, ("oms", b"zz", None))
            receipts = await c.intake.accept_many(items, transport="simulation")
            assert [n for n, receipt in enumerate(receipts) if not receipt.stored] == [7, 290]
            assert c.intake.counters.refused == 2
            assert len((await series_of(c, asset)).value) == 300

    asyncio.run(story())


def test_a_full_entrance_refuses_and_counts(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(DEVICE)
            c.intake.in_flight_limit = 2
            sends = [
                c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")
                for _ in range(5)
            ]
            outcomes = await asyncio.gather(*sends, return_exceptions=True)
            refused = [one for one in outcomes if isinstance(one, Overloaded)]
            assert len(refused) == c.intake.counters.overloaded == 3
            await c.intake.accept("chirpstack", an_uplink(c.clock.now()), transport="http")

    asyncio.run(story())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    bodies=st.lists(
        st.tuples(st.sampled_from(sorted(FORMATS)), st.binary(max_size=60)), max_size=6
    ),
    payload=st.binary(max_size=8),
)
def test_rubbish_is_kept_and_raises_nothing_else(city, bodies, payload) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(DEVICE)
            items = [(format, body, None) for format, body in bodies]
            items.append(("chirpstack", an_uplink(c.clock.now(), payload), None))
            before = len(await c.hub.messages(limit=10_000))
            await c.intake.accept_many(items, transport="http")
            assert len(await c.hub.messages(limit=10_000)) == before + len(items)
            for format, body, _ in items:
                try:
                    await c.intake.accept(format, body, transport="http")
                except DalguError as error:
                    assert 400 <= error.status < 500  # noqa: PT017 - any of them is right

    asyncio.run(story())
