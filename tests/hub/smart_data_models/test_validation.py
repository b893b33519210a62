"""Holding what comes in to the models."""

import asyncio
from datetime import UTC, datetime

import pytest

from dalgu.hub.change import Action, Change
from dalgu.hub.document import parse_entity
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.hub.smart_data_models import validation as module
from dalgu.hub.smart_data_models.validation import ModelUnfit, modes, unfit, validation
from dalgu.hub.types import Alert
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import EntityId
from dalgu.services.parking.entities import OffStreetParking
from dalgu.store.sqlite import Store

NOW = datetime(2026, 3, 4, 5, tzinfo=UTC)
IRI = "https://smartdatamodels.org/dataModel.Parking/OffStreetParking"
HERE = {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [128.6, 35.87]}}


def park(number=1, kind="OffStreetParking", **attributes):
    return parse_entity({"id": f"urn:ngsi-ld:P:{number}", "type": kind, **attributes})


@pytest.fixture
def held_to(tmp_path):
    """Run work on a hub that asks so much of its entities; return what the work gives."""

    def run(work, general="off", by_type=None):
        async def opened():
            store = Store.open(tmp_path / "city.db")
            asked = validation(general, by_type, (Alert, OffStreetParking))
            try:
                return await work(LocalHub(store, ManualClock(NOW), validation=asked))
            finally:
                await store.close()

        return asyncio.run(opened())

    return run


def reports(hub):
    return unfit(hub.store.read().records)


def test_nothing_is_asked_by_default():
    assert validation("off", None, (Alert,)) is None
    assert validation("off", "Alert=off", (Alert,)) is None


def test_a_report_stores_the_entity_and_tells(held_to):
    async def work(hub):
        await hub.create(park(occupancy=7, location=HERE))
        await hub.retrieve(EntityId("urn:ngsi-ld:P:1"))
        return reports(hub), hub.validation.reported

    [told], count = held_to(work, "report")
    assert count == 1
    assert (told.entity, told.model) == ("urn:ngsi-ld:P:1", "dataModel.Parking/OffStreetParking")
    assert [one.attribute for one in told.misfits] == ["occupancy"]


def test_an_enforced_model_refuses_with_attribute_reason_and_mend(held_to):
    async def work(hub):
        with pytest.raises(ModelUnfit) as refused:
            await hub.create(park(occupancy=7))
        with pytest.raises(EntityNotExisting):
            await hub.retrieve(EntityId("urn:ngsi-ld:P:1"))
        return refused.value, reports(hub), hub.validation.refused

    refused, told, count = held_to(work, "enforce")
    assert "'occupancy' of type 'OffStreetParking' must be a number from 0 to 1" in refused.detail
    assert "dalgu hub models show dataModel.Parking/OffStreetParking" in refused.detail
    assert refused.problem()["misfits"] == 2  # and it lacks its location
    assert refused.problem()["type"].endswith("/BadRequestData")
    assert (told, count) == ([], 1)


def test_each_entity_of_a_batch_stands_alone(held_to):
    async def work(hub):
        good, bad = park(1, location=HERE), park(2, location=HERE, occupancy="full")
        return await hub.apply([Change(Action.CREATE, one["id"], one) for one in (good, bad)])

    stored, refused = held_to(work, "enforce")
    assert stored.kind == "created"
    assert isinstance(refused, ModelUnfit)


def test_a_change_is_judged_by_what_it_changes(held_to):
    async def work(hub):
        await hub.create(park(occupancy=7, location=HERE))
        await hub.merge(park(totalSpotNumber=80))
        return reports(hub)

    assert len(held_to(work, "report")) == 1


@pytest.mark.parametrize("name", ["OffStreetParking", IRI, "dataModel.Parking/OffStreetParking"])
def test_one_type_can_be_held_to_its_model_alone(held_to, name):
    async def work(hub):
        await hub.create(park(1, "StreetLight", powerState="purple"))
        with pytest.raises(ModelUnfit):
            await hub.create(park(2, IRI, occupancy=7))

    held_to(work, "off", f"{name}=enforce")


def test_one_type_can_be_spared(held_to):
    async def work(hub):
        await hub.create(park(occupancy=7))
        return reports(hub)

    assert held_to(work, "enforce", "OffStreetParking=off") == []


def test_values_of_our_own_are_not_judged_and_departures_are_free(held_to):
    async def work(hub):
        alert = EntityId("urn:ngsi-ld:Alert:1")
        await hub.upsert([Alert(id=alert, category="water", severity="high")])
        await hub.merge({"id": alert, "category": {"type": "Property", "value": "parking"}})
        return reports(hub)

    assert held_to(work, "enforce") == []


def test_documents_by_every_way_in_are_judged(held_to):
    bad = park(occupancy=7)
    message = Message(NOW, "http", "test", "d:1", b"")

    async def work(hub):
        with pytest.raises(ModelUnfit):
            await hub.upsert([bad])
        with pytest.raises(ModelUnfit):
            await hub.ingest([Delivery(message, [bad])])
        return await hub.messages()

    assert held_to(work, "enforce") == []


def test_a_type_of_no_model_and_one_of_several_are_free(held_to):
    async def work(hub):
        await hub.create(park(1, "SomethingOfOurs", occupancy="x"))
        await hub.create(park(2, "Building", category=5))
        return reports(hub)

    assert held_to(work, "enforce") == []


def test_the_reports_are_bounded_and_newest_first(held_to, monkeypatch):
    monkeypatch.setattr(module, "MOST_KEPT", 3)

    async def work(hub):
        for number in range(5):
            await hub.create(park(number, location=HERE, occupancy=7))
        return reports(hub)

    held_to(work, "report")

    async def later(hub):  # another process goes on where the first was
        await hub.create(park(9, location=HERE, occupancy=7))
        return reports(hub)

    assert [one.entity[-1] for one in held_to(later, "report")] == ["9", "4", "3"]


def test_choices_by_type_are_read():
    assert modes(" A=enforce ,https://a.example/B=report") == {
        "A": "enforce",
        "https://a.example/B": "report",
    }
