import time

from tests.services.citizens.requests.test_requests import a_photo, filed, fixed, moved

from dalgu.services.citizens.requests import listing
from dalgu.services.citizens.requests.listing import Filters
from dalgu.services.citizens.requests.words import State


def numbers(listed):
    return [row.request.number for row in listed.rows]


def test_who_works_them_sees_what_is_due_first_and_what_ended_last(town):
    room = town.rooms.requests
    late = filed(town).number
    town.wait(days=14)
    long, ended, new = filed(town, code="tree").number, filed(town).number, filed(town).number
    fixed(town, ended)
    today = room.today().date()
    assert numbers(listing.by_clock(room, Filters(), today)) == [late, new, long, ended]
    assert numbers(listing.newest(room, Filters(), today)) == [new, ended, long, late]
    assert numbers(listing.by_clock(room, Filters("overdue"), today)) == [late]
    assert numbers(listing.by_clock(room, Filters("closed"), today)) == [ended]
    assert numbers(listing.by_clock(room, Filters(State.FIXED), today)) == [ended]
    assert numbers(listing.newest(room, Filters(code="tree"), today)) == [long]
    assert numbers(listing.newest(room, Filters(district="22010"), today)) == []


def test_the_figures_count_what_there_is(town):
    room = town.rooms.requests
    one, two = filed(town, photos=(a_photo(),)).number, filed(town).number
    fixed(town, two)
    moved(town, filed(town).number, State.DUPLICATE, parent=one)
    today = room.today().date()
    told = listing.counts(room, today)
    assert (told["open"], told["overdue"], told["photos"], told["reopened"]) == (1, 0, 1, 0)
    assert listing.fixed_share(room.all.values(), listing.timedelta(days=9), today) == 1.0
    assert listing.fixed_share((), listing.timedelta(days=9), today) is None


def test_ten_thousand_requests_are_listed_at_once(town):
    room = town.rooms.requests
    known = room.get(filed(town).number)
    room.all |= dict.fromkeys(range(2, 10_002), known)
    today = room.today().date()
    listing.by_clock(room, Filters(), today)
    began = time.process_time()
    assert listing.by_clock(room, Filters(), today).total == 10_001
    assert time.process_time() - began < 0.5  # five times what it takes, for a busy machine
