from dalgu import cities
from dalgu.simulation import wishes

CITY = cities.load("daegu")


def test_the_same_seed_wishes_the_same_and_another_seed_other_things():
    assert wishes.proposals(CITY, 3) == wishes.proposals(CITY, 3)
    assert wishes.proposals(CITY, 3) != wishes.proposals(CITY, 4)
    assert wishes.requests(CITY, 3) == wishes.requests(CITY, 3)


def test_every_wish_speaks_of_the_dong_it_names():
    for wish in [*wishes.proposals(CITY, 1), *wishes.requests(CITY, 1)]:
        assert CITY.dong(wish.dong).name.ko in wish.text
        assert "{" not in wish.text + wish.title


def test_some_proposals_pass_the_threshold_and_most_do_not():
    counts = [wish.supports for seed in range(20) for wish in wishes.proposals(CITY, seed)]
    assert 0 < sum(count >= 50 for count in counts) < len(counts) / 4
