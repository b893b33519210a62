"""Links, sessions and tokens against a plain model: what has ended never works again."""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)

from dalgu.access import passwords
from dalgu.access.access import Access
from dalgu.access.actor import CONSOLE, Role
from dalgu.access.entrance import CredentialsInvalid
from dalgu.access.links import INVITATION_LIFETIME, LinkNotValid
from dalgu.access.sessions import SEEN_STEP, SessionLimits
from dalgu.access.tokens import TokenNotExisting
from dalgu.kernel.clock import ManualClock
from dalgu.store.connection import Durability
from dalgu.store.sqlite import Store

PASSWORD = "감나무 아래 세 마리 고양이"
LIMITS = SessionLimits()
ROLES = st.sampled_from([Role.VIEWER, Role.OPERATOR, Role.ANALYST, Role.SERVICE])


class Lifetimes(RuleBasedStateMachine):
    links = Bundle("links")
    members = Bundle("members")
    sessions = Bundle("sessions")
    tokens = Bundle("tokens")

    def __init__(self):
        super().__init__()
        # Argon2id with its least memory: what is tested here is lifetimes, not its cost.
        self.cheap = patch.object(passwords, "MEMORY_KIB", 64)
        self.cheap.start()
        passwords._hasher.cache_clear()
        passwords._hash_of_nobody.cache_clear()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.store = Store.open(self.folder / "city.db", durability=Durability.OFF)
        self.clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
        self.access = self.opened()
        self.link_ends, self.session_model, self.token_model = {}, {}, {}
        self.active, self.names = {}, {}

    def teardown(self):
        self.runner.run(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)
        self.cheap.stop()
        passwords._hasher.cache_clear()
        passwords._hash_of_nobody.cache_clear()

    def opened(self):
        return Access(self.store, self.clock, key_file=self.folder / "key", limits=LIMITS)

    def run(self, work):
        return self.runner.run(work)

    @property
    def now(self):
        return self.clock.now()

    @initialize()
    def an_administrator(self):
        link = self.run(self.access.create_administrator_link())
        self.run(self.access.redeem_link(link, "chief", PASSWORD))

    @rule(target=links, role=ROLES)
    def invite(self, role):
        secret = self.run(self.access.accounts.invite(CONSOLE, role))
        self.link_ends[secret] = self.now + INVITATION_LIFETIME
        return secret

    @rule(target=members, secret=links)
    def redeem(self, secret):
        """A link works once, before its end; it is tried again and again."""
        name = f"member{len(self.names)}"
        try:
            session = self.run(self.access.redeem_link(secret, name, PASSWORD))
        except LinkNotValid:
            assert self.now >= self.link_ends.get(secret, self.now)
            return None
        assert self.now < self.link_ends.pop(secret)
        self.names[session.actor.id] = name
        self.active[session.actor.id] = True
        self.remember(session)
        return session.actor.id

    @rule(target=sessions, member=members)
    def sign_in(self, member):
        if member is None:
            return None
        work = self.access.sign_in(self.names[member], PASSWORD, remote="::1")
        if not self.active[member]:
            try:
                self.run(work)
            except CredentialsInvalid:
                self.run(self.clock.advance(timedelta(hours=1)))  # let the throttle forget
                return None
            raise AssertionError("a disabled account signed in")
        session = self.run(work)
        self.remember(session)
        return session.secret

    def remember(self, session):
        self.session_model[session.secret] = (session.actor.id, self.now, self.now)

    @rule(secret=sessions)
    def sign_out(self, secret):
        if secret is not None:
            self.run(self.access.sign_out(secret))
            self.session_model.pop(secret, None)

    @rule(member=members, is_active=st.booleans())
    def open_or_close(self, member, is_active):
        if member is None:
            return
        desk = self.access.accounts
        self.run((desk.enable if is_active else desk.disable)(CONSOLE, member))
        self.active[member] = is_active
        self.session_model = {
            secret: kept for secret, kept in self.session_model.items() if kept[0] != member
        }

    @rule(target=tokens, role=ROLES, days=st.integers(1, 5))
    def make_token(self, role, days):
        lifetime = timedelta(days=days)
        issued = self.run(self.access.tokens.create(CONSOLE, "t", role, lifetime=lifetime))
        self.token_model[issued.secret] = self.now + lifetime
        return issued

    @rule(issued=consumes(tokens))
    def revoke_token(self, issued):
        self.run(self.access.tokens.revoke(CONSOLE, issued.token.id))
        del self.token_model[issued.secret]
        assert self.run(self.access.actor_of_token(issued.secret)) is None
        try:
            self.run(self.access.tokens.revoke(CONSOLE, issued.token.id))
        except TokenNotExisting:
            return
        raise AssertionError("a token was revoked twice")

    @rule(minutes=st.sampled_from([1, 29, 59, 61, 12 * 60, 73 * 60]))
    def time_passes(self, minutes):
        self.run(self.clock.advance(timedelta(minutes=minutes)))

    @rule()
    def restart(self):
        self.access = self.opened()

    @invariant()
    def sessions_are_as_the_model_says(self):
        for secret, (member, began, seen) in list(self.session_model.items()):
            actor = self.run(self.access.actor_of_session(secret))
            alive = self.now < min(began + LIMITS.absolute, seen + LIMITS.idle)
            assert (actor is not None) == alive
            if alive:
                assert actor.id == member
                # "seen" is written in steps: within one the stored instant stays
                written = seen if self.now - seen < SEEN_STEP else self.now
                self.session_model[secret] = (member, began, written)
            else:
                del self.session_model[secret]

    @invariant()
    def tokens_are_as_the_model_says(self):
        for secret, end in self.token_model.items():
            actor = self.run(self.access.actor_of_token(secret))
            assert (actor is not None) == (self.now < end)

    @invariant()
    def the_audit_chain_holds(self):
        assert self.run(self.access.verify_audit()) is None


class EndedSessions(Lifetimes):
    """The same, and every session that has ended once is tried after every step."""

    def __init__(self):
        super().__init__()
        self.ended = set()
        self.ever = set()

    @invariant()
    def an_ended_session_never_works_again(self):
        self.ever |= set(self.session_model)
        self.ended |= self.ever - set(self.session_model)
        for secret in self.ended:
            assert self.run(self.access.actor_of_session(secret)) is None


TestLifetimes = EndedSessions.TestCase
TestLifetimes.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
