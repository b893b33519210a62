"""The office of a platform: its address, and the job that makes up what a power cut left."""

from datetime import date

import pytest
from tests.certification.office.rounds import CASE, a_house, person

from dalgu.app.folder import Folder
from dalgu.app.offices import offices
from dalgu.certification.process.acts.certificate import IssueCertificate
from dalgu.kernel.settings import Settings


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (Settings(), "http://127.0.0.1:9090/certification/verify"),
        (Settings(public_url="https://city.example/"), "https://city.example/certification/verify"),
    ],
)
def test_certificates_say_where_they_are_verified(tmp_path, settings, address):
    with a_house(tmp_path / "city") as house:
        platform = house.platform
        made = offices(
            settings,
            Folder(house.folder),
            platform.certification,
            platform.access,
            platform.city.name,
        )
        assert made.office.home.verification_address == address


def test_the_job_makes_what_was_decided_and_not_made(tmp_path):
    with a_house(tmp_path / "city") as house:
        house.with_issuer()
        house.until_decided()
        house.run(house.office.desk.do(person("ministry"), IssueCertificate(case=CASE)))
        job = house.platform.runner.jobs["certification.papers"]
        assert house.run(house.platform.runner.run_once(job)).outcome == "done"
        assert house.office.installed.published() is not None
        assert house.clock.now().date() == date(2026, 8, 3)


def test_a_platform_that_issues_nothing_has_nothing_to_make(tmp_path):
    with a_house(tmp_path / "city") as house:
        house.until_draft()
        job = house.platform.runner.jobs["certification.papers"]
        assert house.run(house.platform.runner.run_once(job)).outcome == "done"
        assert not (house.folder / "status").exists()
