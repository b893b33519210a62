from datetime import date, timedelta

import pytest

from dalgu.access.actor import CONSOLE, Kind, Role
from dalgu.access.policy import DistrictNotAllowed, OperationNotAllowed
from dalgu.access.token_desk import PersonRequired
from dalgu.access.tokens import TokenNotExisting, TokenTermsInvalid


def made(house, maker=CONSOLE, role=Role.SERVICE, districts=(), **terms):
    return house.run(house.access.tokens.create(maker, "gateway", role, districts, **terms))


def bearer(house, issued):
    return house.run(house.access.actor_of_token(issued.secret))


def listed(house):
    return house.run(house.access.tokens.every(CONSOLE))


def test_a_token_is_shown_once_and_names_its_bearer(house):
    issued = made(house, districts=("jung",))
    assert issued.secret.startswith("dalgu_")
    actor = bearer(house, issued)
    assert (actor.role, actor.districts, actor.kind) == (Role.SERVICE, ("jung",), Kind.TOKEN)
    assert issued.secret not in repr(listed(house))


def test_a_revoked_token_is_dead_at_once(house):
    issued = made(house)
    assert bearer(house, issued) is not None
    house.run(house.access.tokens.revoke(CONSOLE, issued.token.id))
    assert bearer(house, issued) is None
    with pytest.raises(TokenNotExisting):
        house.run(house.access.tokens.revoke(CONSOLE, issued.token.id))


def test_a_token_revoked_by_another_process_is_dead_within_seconds(house):
    issued = made(house)
    assert bearer(house, issued) is not None
    house.run(house.again().tokens.revoke(CONSOLE, issued.token.id))
    house.wait(seconds=5)
    assert bearer(house, issued) is None


def test_a_token_ends_with_its_lifetime(house):
    issued = made(house, lifetime=timedelta(hours=1))
    house.wait(minutes=59, seconds=58)
    assert bearer(house, issued) is not None
    house.wait(seconds=2)
    assert bearer(house, issued) is None


def test_the_day_of_the_last_use_is_kept(house):
    issued = made(house)
    assert listed(house)[0].last_used_on is None
    bearer(house, issued)
    assert listed(house)[0].last_used_on == date(2026, 11, 22)
    house.wait(days=1)
    bearer(house, issued)
    assert listed(house)[0].last_used_on == date(2026, 11, 23)


def test_a_token_ends_when_its_maker_is_no_administrator_any_more(house):
    chief = house.administrator()
    second = house.member(chief.actor, Role.ADMINISTRATOR, name="second")
    issued = made(house, second.actor)
    assert bearer(house, issued) is not None
    house.run(house.access.accounts.change(chief.actor, second.actor.id, role=Role.VIEWER))
    assert bearer(house, issued) is None


def test_tokens_make_no_tokens(house):
    actor = made(house, role=Role.ADMINISTRATOR).token.actor()
    with pytest.raises(PersonRequired):
        made(house, actor)


def test_only_administrators_make_tokens_and_only_for_their_districts(house):
    chief = house.administrator()
    viewer = house.member(chief.actor, Role.VIEWER)
    local = house.member(chief.actor, Role.ADMINISTRATOR, "jung", name="local")
    with pytest.raises(OperationNotAllowed):
        made(house, viewer.actor)
    made(house, local.actor, districts=("jung",))
    for districts in ((), ("dalseo",), ("jung", "dalseo")):
        with pytest.raises(DistrictNotAllowed):
            made(house, local.actor, districts=districts)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "new\nline"])
def test_a_token_needs_a_name(house, name):
    with pytest.raises(TokenTermsInvalid):
        house.run(house.access.tokens.create(CONSOLE, name, Role.SERVICE))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_for_a_year_at_most(house, days):
    with pytest.raises(TokenTermsInvalid):
        made(house, lifetime=timedelta(days=days))


@pytest.mark.parametrize("secret", ["", "dalgu_", "x" * 1_000_000, "토큰", "\ud800"])
def test_what_is_no_token_names_nobody(house, secret):
    assert house.run(house.access.actor_of_token(secret)) is None
