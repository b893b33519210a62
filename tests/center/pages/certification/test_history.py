from dalgu.center.pages.certification.history import every_holder, timeline
from dalgu.center.pages.certification.pictures import Years
from dalgu.certification.process.history.rounds import who_held_a_valid_certificate


def test_every_certificate_of_every_day_is_in_the_picture():
    found = every_holder()
    days = {one.since for one in found} | {one.until for one in found}
    shown = set(found)
    assert all(set(who_held_a_valid_certificate(day)) <= shown for day in days)
    assert len(shown) == len(found)


def test_a_city_has_one_row_with_all_its_certificates():
    found = every_holder()
    rows = timeline(found, Years(2021, 2028, 150.0, 900.0))
    assert len(rows) == len({one.city for one in found})
    assert sum(len(row.spans) for row in rows) == len(found)
    assert all(span.width > 0 for row in rows for span in row.spans)
