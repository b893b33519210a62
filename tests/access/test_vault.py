import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dalgu.access.actor import ANONYMOUS, CONSOLE, SYSTEM, Actor, Role
from dalgu.access.keys import create_keys
from dalgu.access.policy import DistrictNotAllowed, OperationNotAllowed, SignInRequired
from dalgu.access.vault import (
    PurposeRequired,
    Room,
    Sealer,
    VaultEntryNotExisting,
    VaultEntryTooLarge,
    VaultEntryUnreadable,
)

METER = "wmbus:KAM.12345678"
KEY = bytes(range(16))


def keep(house, secret=KEY, subject=METER, room=Room.DEVICE_KEY):
    house.run(house.access.vault.put(CONSOLE, room, subject, secret))


def opened(house, actor=SYSTEM, subject=METER, room=Room.DEVICE_KEY, purpose="decrypt telegrams"):
    return house.run(house.access.vault.open(actor, room, subject, purpose=purpose))


def test_what_is_kept_is_what_is_opened_also_after_a_restart(house):
    keep(house)
    assert opened(house) == KEY
    vault = house.again().vault
    assert house.run(vault.open(SYSTEM, Room.DEVICE_KEY, METER, purpose="start")) == KEY


def test_every_opening_says_who_and_what_for(house):
    keep(house)
    opened(house)
    last = house.audited()[-1]
    assert (last.actor, last.operation) == ("system", "device_key.open")
    assert (last.target, last.purpose) == (f"device_key/{METER}", "decrypt telegrams")


def test_all_device_keys_are_opened_with_one_entry(house):
    keys = {f"wmbus:KAM.{n:08}": bytes([n]) * 16 for n in range(20)}
    house.run(house.access.vault.put_many(CONSOLE, Room.DEVICE_KEY, keys))
    before = len(house.audited())
    found = house.run(house.access.vault.open_all(SYSTEM, Room.DEVICE_KEY, purpose="start"))
    assert found == keys
    assert len(house.audited()) == before + 1


def test_nothing_is_opened_without_a_purpose(house):
    keep(house)
    for purpose in ("", "   ", "x" * 301):
        with pytest.raises(PurposeRequired):
            opened(house, purpose=purpose)


def test_each_room_opens_to_its_roles_alone(house):
    keep(house)
    keep(house, "김민아".encode(), "person:1", Room.PERSON)
    operator = Actor("person:2", Role.OPERATOR)
    assert opened(house, operator, "person:1", Room.PERSON).decode() == "김민아"
    with pytest.raises(OperationNotAllowed):
        opened(house, operator)
    with pytest.raises(OperationNotAllowed):
        opened(house, SYSTEM, "person:1", Room.PERSON)
    with pytest.raises(SignInRequired):
        opened(house, ANONYMOUS)


def test_an_operator_of_one_district_opens_names_there_alone(house):
    keep(house, b"name", "person:1", Room.PERSON)
    officer = Actor("person:2", Role.OPERATOR, ("jung",))
    vault = house.access.vault
    there = vault.open(officer, Room.PERSON, "person:1", purpose="visit", district="jung")
    assert house.run(there) == b"name"
    for district in (None, "dalseo"):
        with pytest.raises(DistrictNotAllowed):
            house.run(
                vault.open(officer, Room.PERSON, "person:1", purpose="visit", district=district)
            )


def test_a_refused_opening_is_written_down(house):
    keep(house)
    with pytest.raises(OperationNotAllowed):
        opened(house, Actor("person:2", Role.VIEWER))
    assert house.audited()[-1].outcome == "refused"


def test_a_deleted_entry_is_gone(house):
    keep(house)
    assert house.access.vault.holds(Room.DEVICE_KEY, METER)
    house.run(house.access.vault.delete(CONSOLE, Room.DEVICE_KEY, METER))
    assert not house.access.vault.holds(Room.DEVICE_KEY, METER)
    with pytest.raises(VaultEntryNotExisting):
        opened(house)
    with pytest.raises(VaultEntryNotExisting):
        house.run(house.access.vault.delete(CONSOLE, Room.DEVICE_KEY, METER))


def test_an_entry_is_no_file(house):
    with pytest.raises(VaultEntryTooLarge):
        keep(house, bytes(65_537))


def test_an_entry_moved_to_another_place_does_not_open(house):
    keep(house)
    body = house.store.read().records.get("access.vault.device_key", METER)
    house.run(
        house.store.write(lambda t: t.records.put("access.vault.device_key", "wmbus:other", body))
    )
    with pytest.raises(VaultEntryUnreadable):
        opened(house, subject="wmbus:other")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain=st.binary(max_size=200), place=st.text(max_size=20), flip=st.integers(0, 10_000))
def test_a_changed_entry_never_opens(tmp_path_factory, plain, place, flip):
    sealer = Sealer(create_keys(tmp_path_factory.mktemp("keys") / "key"))
    sealed = sealer.seal(plain, place)
    assert sealer.unseal(sealed, place) == plain
    assert plain not in sealed or len(plain) < 3
    changed = bytearray(sealed)
    changed[flip % len(changed)] ^= 1 + flip % 255
    with pytest.raises(VaultEntryUnreadable):
        sealer.unseal(bytes(changed), place)
    with pytest.raises(VaultEntryUnreadable):
        sealer.unseal(sealed, place + "x")
    with pytest.raises(VaultEntryUnreadable):
        sealer.unseal(sealed[:11], place)
