"""Passwords: Argon2id, a bounded number at a time, the same time for names that do not exist."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from dalgu.access.secret import new_secret
from dalgu.kernel.errors import InvalidInput, Overloaded

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# OWASP Password Storage Cheat Sheet (2025), Argon2id: m = 19 MiB, t = 2, p = 1.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
HASH_BYTES = 32
SALT_BYTES = 16

SHORTEST = 12  # signs; NIST SP 800-63B-4, 3.1.1.2 and ASVS v5.0.0-6.2.1 ask for at least 8
LONGEST = 128  # signs; ASVS v5.0.0-6.2.9 asks for at least 64
FEWEST_DISTINCT = 5  # different signs; refuses "aaaaaaaaaaaa" and "121212121212"

PARALLEL = 2  # hashes at once: 38 MiB of memory at most
WAITING = 64  # hashes that may wait; at 26 ms each the last waits under 1 s


class PasswordTooShort(InvalidInput):
    """A password has fewer signs than the platform asks for."""

    slug = "password-too-short"
    title = "The password is too short"

    def __init__(self) -> None:
        super().__init__(
            f"A password must be at least {SHORTEST} signs long. Several words in a row will do.",
            shortest=SHORTEST,
        )


class PasswordTooLong(InvalidInput):
    """A password is longer than the platform hashes."""

    slug = "password-too-long"
    title = "The password is too long"

    def __init__(self) -> None:
        super().__init__(f"A password must be at most {LONGEST} signs long.", longest=LONGEST)


class PasswordTooSimple(InvalidInput):
    """A password is among the first that anybody would try."""

    slug = "password-too-simple"
    title = "The password is too simple"

    def __init__(self) -> None:
        super().__init__(
            "The password is too easy to guess: it repeats a few signs, follows the keyboard or "
            "the alphabet, or contains the account's name. Several unrelated words will do.",
        )


def normal_form(password: str) -> str:
    """Return one spelling for what looks the same, whichever keyboard typed it.

    Korean text typed on macOS may come decomposed; NIST SP 800-63B-4 names NFKC.
    """
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, name: str) -> None:
    """Refuse passwords that are too short, too long or among the first to be tried.

    Raises
    ------
    PasswordTooShort, PasswordTooLong, PasswordTooSimple
        Each with a sentence that does not repeat the password.

    """
    plain = normal_form(password)
    if len(plain) < SHORTEST:
        raise PasswordTooShort
    if len(plain) > LONGEST:
        raise PasswordTooLong
    if _is_simple(plain.casefold(), normal_form(name).casefold().strip()):
        raise PasswordTooSimple


_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN_SHARE = 0.5  # a password more than half made of such runs is simple
_RUN_LENGTH = 4


def _is_simple(plain: str, name: str) -> bool:
    if len(set(plain)) < FEWEST_DISTINCT:
        return True
    rest = plain.replace(name, "") if len(name) >= _RUN_LENGTH else plain
    rest = rest.replace("password", "").replace("dalgu", "")
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        rest = _without_run(rest, run)
    return len(rest) < _RUN_SHARE * len(plain)


def _without_run(text: str, run: str) -> str:
    for length in range(len(run), _RUN_LENGTH - 1, -1):
        for start in range(len(run) - length + 1):
            text = text.replace(run[start : start + length], "")
    return text


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher, Type

    return PasswordHasher(
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=HASH_BYTES,
        salt_len=SALT_BYTES,
        type=Type.ID,
    )


@cache
def _hash_of_nobody() -> str:
    """Return a hash that no password fits, with the parameters of real ones."""
    return _hasher().hash(new_secret())


def _verify(stored: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerifyMismatchError

    nobody = _hash_of_nobody()  # made for known names too, or the first unknown one takes longer
    try:
        fits = _hasher().verify(stored or nobody, normal_form(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return fits and stored is not None


class Passwords:
    """Hashes and verifies off the event loop, a few at a time.

    Each hash takes 19 MiB; without the cap a flood of sign-ins would take all memory.
    """

    def __init__(self, *, parallel: int = PARALLEL, waiting: int = WAITING) -> None:
        self._slots = asyncio.Semaphore(parallel)
        self._most = parallel + waiting
        self._present = 0
        self.refused = 0

    async def hash(self, password: str) -> str:
        """Return the encoded Argon2id hash of a password.

        Raises
        ------
        Overloaded
            When too many wait already.

        """
        async with self._place():
            return await asyncio.to_thread(_hasher().hash, normal_form(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether a password fits; with no stored hash the answer takes as long.

        Raises
        ------
        Overloaded
            When too many wait already.

        """
        if len(password) > LONGEST:  # no account has one; the answer still takes as long
            stored, password = None, password[:LONGEST]
        async with self._place():
            return await asyncio.to_thread(_verify, stored, password)

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return _hasher().check_needs_rehash(stored)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._present >= self._most:
            self.refused += 1
            raise Overloaded("Too many sign-ins wait at this moment; try again shortly.")
        self._present += 1
        try:
            async with self._slots:
                yield
        finally:
            self._present -= 1
