import asyncio

import msgspec
import pytest

from dalgu.center.pages.certification import profiles
from dalgu.center.pages.certification.profiles import Profiles, ProfilesTooMany, key_of, newest
from dalgu.certification.comparison.profile import profile
from dalgu.certification.framework import loading
from dalgu.certification.scoring.basis import Basis
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Store

FRAMEWORK = loading.load("kr-scc-2021")
OURS = profile(FRAMEWORK, "a", Text("가", "A"), Basis("large"), reference_date="2025-09-30")


def of(city, day):
    return msgspec.structs.replace(OURS, city=city, reference_date=day)


@pytest.fixture
def kept(tmp_path):
    def run(work):
        async def inside():
            store = Store.open(tmp_path / "city.db")
            try:
                return await work(Profiles(store))
            finally:
                await store.close()

        return asyncio.run(inside())

    return run


def test_a_profile_is_kept_replaced_and_forgotten(kept):
    async def work(found):
        await found.put(OURS)
        await found.put(msgspec.structs.replace(OURS, name=Text("나", "B")))
        names = [one.name.en for one in found.all()]
        await found.remove(key_of(OURS))
        await found.remove(key_of(OURS))
        return names, found.all()

    assert kept(work) == (["B"], [])


def test_there_is_a_most(kept, monkeypatch):
    monkeypatch.setattr(profiles, "MOST", 2)

    async def work(found):
        await found.put(of("a", "2025"))
        await found.put(of("b", "2025"))
        await found.put(of("b", "2025"))  # in place of itself
        with pytest.raises(ProfilesTooMany):
            await found.put(of("c", "2025"))

    kept(work)


def test_the_newest_of_each_city_is_compared():
    found = newest([of("b", "2025"), of("a", "2023"), of("a", "2024")])
    assert [(one.city, one.reference_date) for one in found] == [("a", "2024"), ("b", "2025")]
