import re
import stat

import pytest
from argon2 import PasswordHasher
from msgspec.structs import replace

from dalgu.access import accounts
from dalgu.access.access import TokenInvalid
from dalgu.access.accounts import NameInvalid, NameTaken
from dalgu.access.actor import ANONYMOUS, CONSOLE, Actor, Kind, Role
from dalgu.access.audit import Outcome
from dalgu.access.credentials import Credential
from dalgu.access.entrance import CredentialsInvalid, PasswordNotOwn
from dalgu.access.keys import KeyFileUnfit
from dalgu.access.links import LinkNotValid
from dalgu.access.passwords import PasswordTooShort
from dalgu.access.policy import Operation, OperationNotAllowed, SignInRequired
from dalgu.access.throttle import TooManySignIns

OTHER = "푸른 강을 건너는 느린 자전거"


def test_an_empty_house_asks_for_an_administrator_and_a_link_makes_one(house):
    assert house.access.needs_administrator()
    session = house.administrator()
    assert not house.access.needs_administrator()
    assert (session.actor.role, session.actor.districts) == (Role.ADMINISTRATOR, ())
    assert house.actor(session) == session.actor


def test_a_link_works_once(house):
    secret = house.run(house.access.create_administrator_link())
    house.access.check_link(secret)
    house.run(house.access.redeem_link(secret, "chief", house.password))
    with pytest.raises(LinkNotValid):
        house.access.check_link(secret)
    with pytest.raises(LinkNotValid):
        house.run(house.access.redeem_link(secret, "thief", house.password))


def test_a_link_ends_after_a_day(house):
    secret = house.run(house.access.create_administrator_link())
    house.wait(hours=24)
    with pytest.raises(LinkNotValid):
        house.run(house.access.redeem_link(secret, "chief", house.password))


def test_a_newer_administrator_link_ends_the_older(house):
    older = house.run(house.access.create_administrator_link())
    house.run(house.access.create_administrator_link())
    with pytest.raises(LinkNotValid):
        house.access.check_link(older)


@pytest.mark.parametrize("secret", ["", "x", "x" * 10_000, "비밀"])
def test_what_is_no_link_is_refused(house, secret):
    with pytest.raises(LinkNotValid):
        house.access.check_link(secret)


def test_a_link_survives_a_refused_password_or_name(house):
    secret = house.run(house.access.create_administrator_link())
    with pytest.raises(PasswordTooShort):
        house.run(house.access.redeem_link(secret, "chief", "brief"))
    with pytest.raises(NameInvalid):
        house.run(house.access.redeem_link(secret, "the chief", house.password))
    house.access.check_link(secret)


def test_two_accounts_never_share_a_name_however_it_is_spelt(house):
    chief = house.administrator("chief")
    invitation = house.run(house.access.accounts.invite(chief.actor, Role.VIEWER))
    with pytest.raises(NameTaken):
        house.run(house.access.redeem_link(invitation, " ＣＨＩＥＦ", house.password))
    house.access.check_link(invitation)


def test_name_and_password_begin_a_session(house):
    chief = house.administrator()
    session = house.sign_in("Chief")
    assert session.actor == chief.actor
    assert session.secret != chief.secret
    assert house.actor(session) == chief.actor


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_look_alike(house):
    chief = house.administrator()
    mina = house.member(chief.actor, Role.VIEWER)
    house.run(house.access.accounts.disable(chief.actor, mina.actor.id))
    tries = [("chief", OTHER), ("nobody", OTHER), ("mina", house.password), ("a b", OTHER)]
    sentences = set()
    for name, password in tries:
        with pytest.raises(CredentialsInvalid) as refusal:
            house.sign_in(name, password)
        sentences.add((str(refusal.value), tuple(refusal.value.parts.items())))
    assert sentences == {("The name or the password is invalid.", ())}


def test_failed_sign_ins_make_the_name_wait_and_the_wait_ends(house):
    house.administrator()
    for attempt in range(6):
        with pytest.raises(CredentialsInvalid):
            house.sign_in("chief", OTHER, remote=f"192.0.2.{attempt}")
    with pytest.raises(TooManySignIns) as refusal:
        house.sign_in("CHIEF", remote="192.0.2.99")
    house.wait(seconds=refusal.value.retry_after_s)
    house.sign_in("chief")


def test_failed_sign_ins_make_the_address_wait(house):
    house.administrator()
    for attempt in range(21):
        with pytest.raises(CredentialsInvalid):
            house.sign_in(f"name{attempt}", OTHER)
    with pytest.raises(TooManySignIns):
        house.sign_in("chief")
    house.sign_in("chief", remote="192.0.2.2")


def test_signing_in_ends_the_session_the_browser_showed(house):
    chief = house.administrator()
    house.actor(chief)  # it is in the cache
    house.sign_in(previous=chief.secret)
    assert house.actor(chief) is None


def test_a_session_ends_when_idle_for_an_hour(house):
    session = house.administrator()
    for _ in range(3):
        house.wait(minutes=59)
        assert house.actor(session) == session.actor
    house.wait(minutes=60)
    assert house.actor(session) is None


def test_a_session_ends_after_twelve_hours_however_busy(house):
    session = house.administrator()
    for _ in range(23):
        house.wait(minutes=30)
        assert house.actor(session) == session.actor
    house.wait(minutes=30)
    assert house.actor(session) is None


def test_signing_out_ends_the_session_at_once_and_may_be_done_twice(house):
    session = house.administrator()
    house.actor(session)
    house.run(house.access.sign_out(session.secret))
    assert house.actor(session) is None
    house.run(house.access.sign_out(session.secret))


def test_sessions_outlive_a_restart(house):
    session = house.administrator()
    assert house.run(house.again().actor_of_session(session.secret)) == session.actor


def test_ended_sessions_and_links_are_swept_away(house):
    chief = house.administrator()
    house.run(house.access.accounts.invite(chief.actor, Role.VIEWER))
    for _ in range(3):
        house.sign_in()
    house.wait(hours=73)
    house.sign_in()
    assert len(list(house.store.read().records.all("access.session"))) == 1
    assert not list(house.store.read().records.all("access.link"))


def test_the_forms_of_a_session_carry_a_token_of_their_own(house):
    one, other = house.administrator(), house.sign_in()
    assert house.access.csrf_token(one.secret) == one.csrf_token
    assert house.access.csrf_holds(one.secret, one.csrf_token)
    assert not house.access.csrf_holds(one.secret, other.csrf_token)
    assert not house.access.csrf_holds(one.secret, "")


def test_a_changed_password_ends_all_sessions_but_the_new_one(house):
    one, other = house.administrator(), house.sign_in()
    house.actor(other)
    change = house.access.change_password(one.actor, house.password, OTHER, remote="::1")
    fresh = house.run(change)
    assert house.actor(one) is None
    assert house.actor(other) is None
    assert house.actor(fresh) == one.actor
    assert house.sign_in(password=OTHER).actor == one.actor
    with pytest.raises(CredentialsInvalid):
        house.sign_in()


def test_a_password_is_changed_only_by_whoever_knows_it(house):
    chief = house.administrator()
    with pytest.raises(CredentialsInvalid):
        house.run(house.access.change_password(chief.actor, OTHER, OTHER, remote="::1"))
    for stranger in (ANONYMOUS, CONSOLE, Actor(chief.actor.id, Role.VIEWER, kind=Kind.TOKEN)):
        with pytest.raises(PasswordNotOwn):
            house.run(house.access.change_password(stranger, house.password, OTHER, remote="::1"))


def test_an_old_hash_is_made_anew_when_its_password_is_given(house):
    chief = house.administrator()
    weak = PasswordHasher(time_cost=1, memory_cost=1_024, parallelism=1).hash(house.password)
    account = accounts.existing(house.store.read(), chief.actor.id)
    roster = house.access._entrance._roster
    older = replace(account, password_hash=weak)
    house.run(house.store.write(lambda tables: roster.put(tables, older)))
    house.sign_in()
    stored = accounts.existing(house.store.read(), chief.actor.id).password_hash
    assert stored.startswith("$argon2id$v=19$m=64,t=2,p=1$")
    house.sign_in()


def test_credentials_name_their_actor(house):
    chief = house.administrator()
    issued = house.run(house.access.tokens.create(chief.actor, "gateway", Role.SERVICE))
    of = house.access.actor_of
    assert house.run(of(None)) is ANONYMOUS
    assert house.run(of(Credential("session", chief.secret))) == chief.actor
    assert house.run(of(Credential("session", "ended"))) is ANONYMOUS
    assert house.run(of(Credential("token", issued.secret))) == issued.token.actor()
    with pytest.raises(TokenInvalid):
        house.run(of(Credential("token", "dalgu_unknown")))


def test_a_session_does_not_serve_as_a_token_nor_a_token_as_a_session(house):
    chief = house.administrator()
    issued = house.run(house.access.tokens.create(chief.actor, "gateway", Role.SERVICE))
    house.run(house.access.actor_of_session(chief.secret))
    house.run(house.access.actor_of_token(issued.secret))
    assert house.run(house.access.actor_of_token(chief.secret)) is None
    assert house.run(house.access.actor_of_session(issued.secret)) is None


def test_a_refused_deed_of_somebody_known_is_written_down(house):
    viewer = house.member(house.administrator().actor, Role.VIEWER)
    with pytest.raises(OperationNotAllowed):
        house.run(house.access.require(viewer.actor, Operation.ENTITY_WRITE, "urn:x"))
    last = house.audited()[-1]
    assert (last.actor, last.operation, last.target) == (viewer.actor.id, "entity.write", "urn:x")
    assert (last.outcome, last.facts) == (Outcome.REFUSED, {"reason": "operation-not-allowed"})


def test_what_anonymous_callers_are_refused_fills_no_disk(house):
    before = len(house.audited())
    with pytest.raises(SignInRequired):
        house.run(house.access.require(ANONYMOUS, Operation.ENTITY_WRITE, "urn:x"))
    assert len(house.audited()) == before


def test_failed_and_good_sign_ins_are_written_down(house):
    chief = house.administrator()
    with pytest.raises(CredentialsInvalid):
        house.sign_in("nobody", OTHER)
    with pytest.raises(CredentialsInvalid):
        house.sign_in("chief", OTHER)
    house.sign_in()
    told = [(entry.actor, entry.target, entry.outcome) for entry in house.audited()[-3:]]
    assert told == [
        ("anonymous", "account:unknown", "refused"),
        ("anonymous", chief.actor.id, "refused"),
        (chief.actor.id, chief.actor.id, "done"),
    ]


def test_deeds_are_audited_with_purpose_and_facts(house):
    deed = house.access.audit(
        CONSOLE, "backup.make", "city.db", Outcome.DONE, purpose="monthly drill", rows=3
    )
    house.run(deed)
    last = house.audited()[-1]
    assert (last.purpose, last.facts, last.at) == ("monthly drill", {"rows": 3}, house.clock.now())


def test_an_evaluator_reads_the_audit_chain_and_a_viewer_does_not(house):
    chief = house.administrator()
    evaluator = house.member(chief.actor, Role.EVALUATOR)
    entries = house.run(house.access.audit_entries(evaluator.actor))
    assert [seq for seq, _ in entries] == list(range(1, len(entries) + 1))
    with pytest.raises(OperationNotAllowed):
        house.run(house.access.audit_entries(Actor("person:1", Role.VIEWER)))


def test_no_name_password_or_secret_rests_in_the_database(house):
    chief = house.administrator("mina.kim")
    issued = house.run(house.access.tokens.create(chief.actor, "gateway", Role.SERVICE))
    link = house.run(house.access.accounts.invite(chief.actor, Role.VIEWER))
    house.run(house.store.online_backup(house.folder / "copy.db"))
    content = (house.folder / "copy.db").read_bytes()
    for hidden in ("mina.kim", house.password, chief.secret, issued.secret, link):
        assert hidden.encode() not in content
    assert not re.search(rb"mina", content)


def test_no_secret_shows_in_a_repr(house):
    chief = house.administrator()
    issued = house.run(house.access.tokens.create(chief.actor, "gateway", Role.SERVICE))
    assert chief.secret not in repr(chief)
    assert chief.csrf_token not in repr(chief)
    assert issued.secret not in repr(issued)


def test_the_key_file_is_for_its_owner_alone(house):
    key_file = house.folder / "dalgu.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    key_file.chmod(0o640)
    with pytest.raises(KeyFileUnfit, match="chmod 600"):
        house.again()


def test_a_house_without_its_key_does_not_start_with_another(house):
    house.administrator()
    key_file = house.folder / "dalgu.key"
    kept = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(KeyFileUnfit, match="does not exist; restore it"):
        house.again()
    key_file.write_bytes(kept.replace(kept[20:24], b"AAAA"))
    key_file.chmod(0o600)
    with pytest.raises(KeyFileUnfit, match="another database"):
        house.again()
    key_file.write_bytes(kept[:20])
    with pytest.raises(KeyFileUnfit, match="cut short"):
        house.again()


def test_wrong_names_take_as_long_as_wrong_passwords(house, monkeypatch):
    # Work is counted, not time: each way runs Argon2id exactly once.
    house.administrator()
    runs = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *given: runs.append(1) or verify(*given))
    for name in ("chief", "nobody"):
        runs.clear()
        with pytest.raises(CredentialsInvalid):
            house.sign_in(name, OTHER)
        assert runs == [1]
