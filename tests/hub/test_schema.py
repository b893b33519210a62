import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.change import Action, Change
from dalgu.hub.local import LocalHub
from dalgu.hub.schema import AttributeUnfit, Schema
from dalgu.hub.types import Alert, Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text

SCHEMA = Schema((Device, Alert))
AT = "2026-01-01T00:00:00Z"


def device(**attributes):
    return {"id": "urn:ngsi-ld:Device:1", "type": "Device", **attributes}


UNFIT = {
    "text where a number is declared": ("declaredInterval", {"type": "Property", "value": "x"}),
    "a truth value for a number": ("declaredInterval", {"type": "Property", "value": True}),
    "a number beyond measure": ("declaredInterval", {"type": "Property", "value": 1e300}),
    "another unit": ("declaredInterval", {"type": "Property", "value": 1, "unitCode": "MIN"}),
    "a number for a flag": ("inService", {"type": "Property", "value": 1}),
    "a property for a relationship": ("feed", {"type": "Property", "value": "urn:x:y"}),
    "two links for one": ("feed", {"type": "Relationship", "object": ["urn:x:y", "urn:x:z"]}),
    "a name of several texts": ("name", {"type": "LanguageProperty", "languageMap": {"en": ["a"]}}),
    "several instances": ("deviceState", [{"type": "Property", "value": "a"}]),
}


@pytest.mark.parametrize(("attribute", "instance"), UNFIT.values(), ids=UNFIT)
def test_a_declared_attribute_keeps_its_form(attribute, instance):
    with pytest.raises(AttributeUnfit, match=attribute):
        SCHEMA.check(device(**{attribute: instance}), [attribute])


def test_an_instant_names_its_zone():
    alert = {"id": "urn:ngsi-ld:Alert:1", "type": ["Thing", "Alert"]}
    SCHEMA.check(alert | {"dateIssued": {"type": "Property", "value": AT}}, ["dateIssued"])
    with pytest.raises(AttributeUnfit):
        SCHEMA.check(alert | {"dateIssued": {"type": "Property", "value": "soon"}}, ["dateIssued"])


def test_what_nobody_declares_is_free():
    free = {"type": "Property", "value": {"any": ["thing"]}}
    SCHEMA.check(device(colour=free), ["colour"])
    SCHEMA.check({"id": "urn:ngsi-ld:Tree:1", "type": "Tree", "name": free}, ["name"])


@given(
    interval=st.floats(0, 1e6) | st.none(),
    state=st.text(max_size=9) | st.none(),
    flag=st.booleans() | st.none(),
)
def test_every_typed_value_fits_its_own_type(interval, state, flag):
    typed = Device(
        id=EntityId("urn:ngsi-ld:Device:1"),
        observed_at=datetime(2026, 1, 1, tzinfo=UTC),
        name=Text("장치", "Device"),
        declared_interval=interval,
        device_state=state,
        in_service=flag,
    ).to_document()
    SCHEMA.check(typed, typed)


def test_the_hub_refuses_what_does_not_fit_and_keeps_the_rest(tmp_path):
    async def story():
        clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
        hub = LocalHub.open(tmp_path / "hub.db", clock)
        fits = LocalHub(hub.store, clock, schema=SCHEMA)
        good, bad = device(), device(inService={"type": "Property", "value": "yes"})
        outcomes = await fits.apply(
            [
                Change(Action.CREATE, EntityId(good["id"]), good),
                Change(Action.MERGE, EntityId(bad["id"]), bad),
            ]
        )
        with pytest.raises(AttributeUnfit):
            await fits.upsert([bad])
        held = await fits.retrieve(EntityId(good["id"]))
        await hub.close()
        return outcomes, held

    outcomes, held = asyncio.run(story())
    assert isinstance(outcomes[1], AttributeUnfit)
    assert "inService" not in held
