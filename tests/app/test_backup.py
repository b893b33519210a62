"""A backup restored elsewhere is the same city by its hash; a broken one leaves nothing behind."""

import asyncio
from datetime import date

import pytest
from tests.certification.office.rounds import a_house

from dalgu.app.commands.backup import FolderTaken, back_up, restore_backup
from dalgu.app.commands.hub import digest, verify
from dalgu.app.commands.opening import any_city
from dalgu.app.folder import Folder
from dalgu.certification.certificate.errors import IssuerNotExisting
from dalgu.certification.certificate.installed import Installed
from dalgu.certification.certificate.verification import Verdict
from dalgu.kernel.settings import Settings
from dalgu.store.backup import BackupBroken


@pytest.fixture
def city(tmp_path):
    """Settings of a city with a few entities, and a backup of it."""
    settings = Settings(data_dir=str(tmp_path / "city"))

    async def prepare():
        async with any_city(settings) as platform:
            rooms = [{"id": f"urn:ngsi-ld:Room:{n}", "type": "Room"} for n in range(20)]
            await platform.hub.upsert(rooms)
        await back_up(settings, tmp_path / "copy.db")

    asyncio.run(prepare())
    return settings


def test_a_restored_city_has_the_same_hash(city, tmp_path):
    elsewhere = Settings(data_dir=str(tmp_path / "elsewhere"))
    key = Folder(city.data_path).key_file

    restored = asyncio.run(restore_backup(elsewhere, tmp_path / "copy.db", key))

    assert restored.types == {"Room": 20}
    assert (restored.digest, {}) == asyncio.run(digest(city))
    assert asyncio.run(verify(elsewhere)) == []
    with pytest.raises(FolderTaken):
        asyncio.run(restore_backup(elsewhere, tmp_path / "copy.db", key))


@pytest.mark.parametrize("left", [0, 100, 8_000, 40_000])
def test_a_backup_that_was_cut_off_leaves_an_empty_folder(city, tmp_path, left):
    copy, elsewhere = tmp_path / "copy.db", Settings(data_dir=str(tmp_path / "elsewhere"))
    copy.write_bytes(copy.read_bytes()[:left])

    with pytest.raises(BackupBroken, match="Nothing was restored"):
        asyncio.run(restore_backup(elsewhere, copy, Folder(city.data_path).key_file))

    assert list(elsewhere.data_path.iterdir()) == []


def test_a_restored_city_verifies_certificates_and_signs_with_the_key_that_was_kept_apart(tmp_path):
    copy, elsewhere = tmp_path / "copy.db", Settings(data_dir=str(tmp_path / "elsewhere"))
    with a_house(tmp_path / "city") as house:
        house.with_issuer()
        house.until_decided()
        number = house.issue()
        pdf = house.run(house.office.certificate_pdf(number))
    city = Settings(data_dir=str(tmp_path / "city"))
    asyncio.run(back_up(city, copy))
    key = Folder(city.data_path).key_file

    asyncio.run(restore_backup(elsewhere, copy, key))
    restored = Installed(elsewhere.data_path)
    assert restored.check(pdf, date(2026, 8, 3)).verdict is Verdict.VALID
    with pytest.raises(IssuerNotExisting):
        restored.issuer()

    third = Settings(data_dir=str(tmp_path / "third"))
    asyncio.run(restore_backup(third, copy, key, issuer_file=city.data_path / "issuer.key"))
    assert Installed(third.data_path).issuer().key_id == Installed(city.data_path).issuer().key_id
