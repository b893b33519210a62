import pytest

from dalgu.access.accounts import AccountNotExisting, IdentityTaken, LastAdministrator, NameInvalid
from dalgu.access.accounts import normal_name as normal
from dalgu.access.actor import ANONYMOUS, CONSOLE, Role
from dalgu.access.entrance import CredentialsInvalid
from dalgu.access.links import LinkNotValid
from dalgu.access.oidc import Identity
from dalgu.access.policy import DistrictNotAllowed, OperationNotAllowed, SignInRequired

OTHER = "푸른 강을 건너는 느린 자전거"
SUBJECT = Identity("https://id.example.org", "248289761001")


def test_an_invitation_makes_an_account_of_its_role_and_districts(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.OPERATOR, "suseong", "dalseo")
    assert (mina.actor.role, mina.actor.districts) == (Role.OPERATOR, ("suseong", "dalseo"))


def test_an_invitation_ends_after_three_days(house):
    chief = house.administrator()
    secret = house.run(house.access.accounts.invite(chief.actor, Role.VIEWER))
    house.wait(hours=72)
    with pytest.raises(LinkNotValid):
        house.access.check_link(secret)


def test_the_list_shows_names_and_states(house):
    chief = house.administrator("Chief")
    mina = house.member(chief.actor, Role.VIEWER)
    house.run(house.access.accounts.disable(chief.actor, mina.actor.id))
    listed = {view.name: view for view in house.run(house.access.accounts.every(chief.actor))}
    assert set(listed) == {"chief", "mina"}
    assert (listed["mina"].is_active, listed["chief"].is_active) == (False, True)
    assert listed["mina"].has_password


def test_only_administrators_manage_accounts(house):
    desk = house.access.accounts
    viewer = house.member(house.administrator().actor, Role.VIEWER).actor
    for deed in (
        lambda actor: desk.every(actor),
        lambda actor: desk.invite(actor, Role.VIEWER),
        lambda actor: desk.disable(actor, viewer.id),
        lambda actor: desk.enable(actor, viewer.id),
        lambda actor: desk.change(actor, viewer.id, role=Role.ADMINISTRATOR),
        lambda actor: desk.reset_link(actor, viewer.id),
        lambda actor: desk.link_identity(actor, viewer.id, SUBJECT),
    ):
        with pytest.raises(OperationNotAllowed):
            house.run(deed(viewer))
        with pytest.raises(SignInRequired):
            house.run(deed(ANONYMOUS))


def test_a_disabled_account_loses_sessions_tokens_and_links_at_once(house):
    chief = house.administrator()
    second = house.member(chief.actor, Role.ADMINISTRATOR, name="second")
    issued = house.run(house.access.tokens.create(second.actor, "gateway", Role.SERVICE))
    invitation = house.run(house.access.accounts.invite(second.actor, Role.VIEWER))
    reset = house.run(house.access.accounts.reset_link(chief.actor, second.actor.id))
    house.actor(second)
    house.run(house.access.actor_of_token(issued.secret))
    house.run(house.access.accounts.disable(chief.actor, second.actor.id))
    assert house.actor(second) is None
    assert house.run(house.access.actor_of_token(issued.secret)) is None
    for link in (invitation, reset):
        with pytest.raises(LinkNotValid):
            house.access.check_link(link)


def test_an_enabled_account_signs_in_again_and_its_old_session_stays_ended(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    house.run(house.access.accounts.disable(chief.actor, mina.actor.id))
    house.run(house.access.accounts.enable(chief.actor, mina.actor.id))
    assert house.actor(mina) is None
    assert house.sign_in("mina").actor == mina.actor


def test_another_role_ends_the_sessions_of_the_old_one(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.OPERATOR)
    house.actor(mina)
    change = house.access.accounts.change(
        chief.actor, mina.actor.id, role=Role.ANALYST, districts=("jung",)
    )
    house.run(change)
    assert house.actor(mina) is None
    fresh = house.sign_in("mina").actor
    assert (fresh.role, fresh.districts) == (Role.ANALYST, ("jung",))


def test_the_last_administrator_stays(house):
    chief = house.administrator()
    desk, own = house.access.accounts, chief.actor.id
    for change in (
        lambda: desk.disable(chief.actor, own),
        lambda: desk.change(chief.actor, own, role=Role.VIEWER),
        lambda: desk.change(chief.actor, own, districts=("jung",)),
    ):
        with pytest.raises(LastAdministrator):
            house.run(change())
    assert house.actor(chief) == chief.actor
    house.member(chief.actor, Role.ADMINISTRATOR, name="second")
    house.run(desk.disable(chief.actor, own))
    assert house.actor(chief) is None


def test_an_administrator_of_one_district_cannot_reach_beyond_it(house):
    desk = house.access.accounts
    chief = house.administrator()
    local = house.member(chief.actor, Role.ADMINISTRATOR, "jung", name="local").actor
    near = house.member(chief.actor, Role.VIEWER, "jung", name="near").actor
    far = house.member(chief.actor, Role.VIEWER, "dalseo", name="far").actor
    assert {view.name for view in house.run(desk.every(local))} == {"local", "near"}
    house.run(desk.invite(local, Role.VIEWER, ("jung",)))
    house.run(desk.change(local, near.id, role=Role.OPERATOR))
    for deed in (
        lambda: desk.invite(local, Role.ADMINISTRATOR),
        lambda: desk.invite(local, Role.VIEWER, ("jung", "dalseo")),
        lambda: desk.change(local, near.id, districts=()),
        lambda: desk.change(local, local.id, districts=()),
        lambda: desk.change(local, far.id, districts=("jung",)),
        lambda: desk.disable(local, chief.actor.id),
        lambda: desk.reset_link(local, chief.actor.id),
    ):
        with pytest.raises(DistrictNotAllowed):
            house.run(deed())


def test_a_reset_link_sets_a_password_and_ends_the_sessions(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    secret = house.run(house.access.accounts.reset_link(chief.actor, mina.actor.id))
    fresh = house.run(house.access.redeem_link(secret, "mina", OTHER))
    assert fresh.actor == mina.actor
    assert house.actor(mina) is None
    assert house.sign_in("mina", OTHER).actor == mina.actor


def test_a_reset_link_opens_no_other_account(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    secret = house.run(house.access.accounts.reset_link(chief.actor, mina.actor.id))
    for name in ("chief", "nobody"):
        with pytest.raises(CredentialsInvalid):
            house.run(house.access.redeem_link(secret, name, OTHER))
    house.wait(hours=1)
    with pytest.raises(LinkNotValid):
        house.access.check_link(secret)


def test_an_account_that_does_not_exist_is_named(house):
    with pytest.raises(AccountNotExisting, match="person:none"):
        house.run(house.access.accounts.disable(CONSOLE, "person:none"))


def test_a_subject_of_a_provider_belongs_to_one_account(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    desk = house.access.accounts
    house.run(desk.link_identity(chief.actor, mina.actor.id, SUBJECT))
    house.run(desk.link_identity(chief.actor, mina.actor.id, SUBJECT))
    with pytest.raises(IdentityTaken):
        house.run(desk.link_identity(chief.actor, chief.actor.id, SUBJECT))


def test_every_change_stands_in_the_audit_chain(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    house.run(house.access.accounts.disable(chief.actor, mina.actor.id))
    last = house.audited()[-1]
    assert (last.actor, last.target) == (chief.actor.id, mina.actor.id)
    assert last.facts == {"change": "disabled"}
    assert house.run(house.access.verify_audit()) is None


@pytest.mark.parametrize("name", ["", "a", " ", "two words", "x" * 65, "tab\there", "nul\0", "\n"])
def test_names_that_cannot_be_typed_back_are_refused(name):
    with pytest.raises(NameInvalid):
        normal(name)


def test_a_name_has_one_spelling():
    assert normal("ＭＩＮＡ") == normal(" mina ") == "mina"
    assert normal("김민아") == normal("김민아")
