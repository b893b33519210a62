"""An official number stays what it was, to the bit, whatever becomes of the hub."""

import shutil

import pytest
from tests.certification.measuring.cities import DAY, HOUR, NOW, city_of, entity, indicator, urn

from dalgu.app.retention import cited
from dalgu.certification.errors import EvidenceAltered
from dalgu.hub.local import KEPT
from dalgu.hub.soundness import faults
from dalgu.hub.types import KeyPerformanceIndicator
from dalgu.store.errors import SealedFileLost
from dalgu.store.pinned_folder import folder_of_pinned

READ = {"type": ["Meter"], "measure": "time", "max_age_s": 5_000, "aggregate": "sum", "of": "size",
        "observed": {"type": ["Meter"], "attribute": "volume"}}  # fmt: skip
ALL = {"type": ["Meter"], "aggregate": "sum", "of": "size"}
SHARE = indicator("100 * read / meters", period_days=20, numerator="read", denominator="meters",
                  variables={"read": READ, "meters": ALL})  # fmt: skip


@pytest.fixture
def city(tmp_path):
    made = city_of(tmp_path, SHARE)
    for n in range(5):
        made.put(entity("Meter", n, size=0.1 * (n + 1)))
        made.observe(urn("Meter", n), "volume", *(NOW - (n + 1) * k * HOUR for k in range(1, 90)))
    made.seal(NOW.replace(hour=0) - 2 * DAY)
    yield made
    made.close()


def test_variables_of_many_windows_stand_on_one_pinned_file(tmp_path):
    """Each measure, straight and through a link, over a day and over weeks."""
    told = {"type": ["Meter"], "observed": {"type": ["Meter"], "attribute": "volume"}}
    of_area = told | {"type": ["Area"], "observed": told["observed"] | {"via": ["area"]}}
    more = {"max_age_s": 4_000, "max_age_intervals": 1}
    many = [
        indicator("x", code=f"T-{measure}-{days}-{kind['type'][0]}", period_days=days,
                  variables={"x": kind | more | {"measure": measure}})
        for measure in ("any", "days", "hours", "time")
        for days in (1, 3, 30)
        for kind in (told, of_area)
    ]  # fmt: skip
    city = city_of(tmp_path, *many)
    city.put(entity("Area", 1, declaredInterval=600), entity("Area", 2))
    for n in range(6):
        city.put(entity("Meter", n, area=urn("Area", n % 3), declaredInterval=60 * n))
        instants = [NOW - k * (n + 1) * HOUR for k in range(1, 60) if (k + n) % 5]
        city.observe(urn("Meter", n), "volume", *instants)
    city.seal(NOW.replace(hour=0) - DAY)
    found = city.assess("test", freeze=True).measured
    assert len(list(folder_of_pinned(city.hub.store.path).glob("*.parquet"))) == 1
    destroy(city)
    for code, one in found.items():
        assert one.snapshot.value is not None, code
        again = city.run(city.certification.recompute(one.digest))
        assert again.hex() == one.snapshot.value.hex()
    city.close()


def destroy(city):
    """Late rows, a deleted entity, a forgotten history, new registers."""
    city.observe(urn("Meter", 0), "volume", *(NOW - 17 * DAY + k * HOUR for k in range(40)))
    city.run(city.hub.forget(urn("Meter", 1)))
    city.run(city.hub.delete(urn("Meter", 2)))
    city.put(entity("Meter", 3, size=77), entity("Meter", 9, size=1))


@pytest.mark.parametrize("freeze", [False, True])
def test_a_number_comes_out_of_its_frozen_rows_after_everything_changed(city, freeze):
    before = city.assess("test", freeze=freeze).measured["T-1"]
    assert before.snapshot.is_frozen is freeze
    destroy(city)
    again = city.run(city.certification.recompute(before.digest))
    assert again.hex() == before.snapshot.value.hex()
    later = city.assess("test").measurements["T-1"].value
    assert later != before.snapshot.value


def test_the_same_hub_gives_the_same_digest_of_rows(city):
    one, other = (city.assess("test").measured["T-1"].snapshot for _ in range(2))
    assert one == other


def test_an_official_number_stands_beside_the_live_one(city):
    official = city.assess("test", freeze=True).measurements["T-1"]
    destroy(city)
    live = city.assess("test").measurements["T-1"]
    told = city.run(city.certification.scorecard("test", official=True)).standings[0].measured
    assert told == official
    told = city.run(city.certification.scorecard("test")).standings[0].measured
    assert told == live


def test_the_rows_that_are_frozen_say_which_messages_must_stay(city):
    city.assess("test")
    kept = city.run(city.hub.store.scan(cited))
    assert len(kept) == 5
    for message in kept:
        assert city.run(city.hub.message(message)).device == "d"


def kept_bodies(city):
    return city.run(city.hub.store.scan(lambda tables: dict(tables.records.all(KEPT))))


def test_any_changed_byte_of_the_evidence_is_told(city):
    digest = city.assess("test", freeze=True).measured["T-1"].digest
    for key, body in kept_bodies(city).items():
        for place in (len(body) // 3, len(body) - 1):
            changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            put(city, key, changed)
            with pytest.raises(EvidenceAltered):
                city.run(city.certification.recompute(digest))
        put(city, key, body)
    city.run(city.certification.recompute(digest))


def put(city, key, body):
    city.run(city.hub.store.write(lambda tables: tables.records.put(KEPT, key, body)))


def test_a_changed_or_lost_pinned_file_is_told(city):
    digest = city.assess("test", freeze=True).measured["T-1"].digest
    [file] = folder_of_pinned(city.hub.store.path).glob("*.parquet")
    assert city.run(faults(city.hub.store)) == []
    body = file.read_bytes()
    file.write_bytes(body[:-9] + b"x" + body[-8:])
    [fault] = city.run(faults(city.hub.store))
    assert "other bytes" in fault
    with pytest.raises(SealedFileLost):
        city.run(city.certification.recompute(digest))
    file.unlink()
    [fault] = city.run(faults(city.hub.store))
    assert "not there" in fault


def test_pinned_observations_are_in_the_backup(city, tmp_path_factory):
    digest = city.assess("test", freeze=True).measured["T-1"].digest
    target = tmp_path_factory.mktemp("backup") / "copy.db"
    city.run(city.hub.store.online_backup(target))
    own = {file.name for file in folder_of_pinned(city.hub.store.path).iterdir()}
    assert {file.name for file in folder_of_pinned(target).iterdir()} == own
    from dalgu.store.backup import verify

    verify(target, target)
    shutil.rmtree(folder_of_pinned(city.hub.store.path))
    shutil.copytree(folder_of_pinned(target), folder_of_pinned(city.hub.store.path))
    city.run(city.certification.recompute(digest))


def test_the_indicator_is_an_entity_of_the_hub(city):
    measured = city.assess("test").measurements["T-1"]
    document = city.run(city.hub.retrieve(urn("KeyPerformanceIndicator", "test:T-1")))
    told = KeyPerformanceIndicator.from_document(document)
    assert (told.kpi_value, told.numerator, told.denominator) == (
        measured.value, measured.numerator, measured.denominator,
    )  # fmt: skip
    assert (told.current_standing, told.measurement) == ("measured", measured.snapshot)


def test_a_freeze_before_there_is_time_to_speak_of_can_be_computed_again(tmp_path):
    city = city_of(tmp_path, SHARE)
    city.put(entity("Meter", 0, size=1))
    city.observe(urn("Meter", 0), "volume", NOW - HOUR / 6)  # its memory is younger than max_age_s
    frozen = city.assess("test", freeze=True).measured["T-1"]
    assert frozen.snapshot.value is None
    assert city.run(city.certification.recompute(frozen.digest)) is None
    city.close()
