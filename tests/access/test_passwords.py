import asyncio
import unicodedata

import pytest

from dalgu.access.passwords import (
    LONGEST,
    MEMORY_KIB,
    Passwords,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooSimple,
    check_strength,
)
from dalgu.kernel.errors import Overloaded

GOOD = "감나무 아래 세 마리 고양이"


def test_a_password_fits_its_own_hash_and_no_other():
    async def scene():
        passwords = Passwords()
        stored = await passwords.hash(GOOD)
        assert await passwords.verify(stored, GOOD)
        assert not await passwords.verify(stored, GOOD + "!")

    asyncio.run(scene())


def test_korean_typed_on_another_keyboard_is_the_same_password():
    async def scene():
        passwords = Passwords()
        stored = await passwords.hash(unicodedata.normalize("NFC", GOOD))
        assert await passwords.verify(stored, unicodedata.normalize("NFD", GOOD))

    asyncio.run(scene())


def test_nothing_fits_where_no_hash_is_stored():
    assert not asyncio.run(Passwords().verify(None, GOOD))


def test_a_hash_that_cannot_be_read_fits_nothing():
    assert not asyncio.run(Passwords().verify("broken", GOOD))


def test_input_far_longer_than_any_password_fits_nothing():
    assert not asyncio.run(Passwords().verify(None, "x" * 1_000_000))


def test_hashes_say_the_parameters_that_are_documented():
    stored = asyncio.run(Passwords().hash(GOOD))
    assert stored.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t=2,p=1$")
    assert not Passwords().needs_rehash(stored)


def test_a_hash_with_older_parameters_asks_to_be_made_anew():
    from argon2 import PasswordHasher

    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    assert Passwords().needs_rehash(older)
    assert asyncio.run(Passwords().verify(older, GOOD))


def test_sign_ins_beyond_the_queue_are_refused_and_counted():
    async def scene():
        passwords = Passwords(parallel=1, waiting=1)
        outcomes = await asyncio.gather(
            *(passwords.verify(None, GOOD) for _ in range(5)), return_exceptions=True
        )
        assert sum(isinstance(outcome, Overloaded) for outcome in outcomes) == 3
        assert passwords.refused == 3
        assert not await passwords.verify(None, GOOD)  # the queue is free again

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("brief-1", PasswordTooShort),
        ("x" * (LONGEST + 1), PasswordTooLong),
        ("aaaaaaaaaaaa", PasswordTooSimple),
        ("121212121212", PasswordTooSimple),
        ("1234567890123", PasswordTooSimple),
        ("qwertyuiop12", PasswordTooSimple),
        ("Password1234!", PasswordTooSimple),
        ("mina.kim-mina.kim", PasswordTooSimple),
        ("dalgu-password", PasswordTooSimple),
        ("zyxwvutsrqpon", PasswordTooSimple),
    ],
)
def test_weak_passwords_are_refused_without_repeating_them(password, refusal):
    with pytest.raises(refusal) as told:
        check_strength(password, "Mina.Kim")
    assert password not in str(told.value)
    assert password not in str(told.value.parts)


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "Tr0ub4dor&3xyz", "x" + GOOD])
def test_ordinary_passphrases_are_accepted(password):
    check_strength(password, "mina")
