"""The random sample of a site visit: sealed before, revealed after, and drawn again by anyone.

The operator publishes the SHA-256 of a secret when the visit is planned and reveals the secret
at the visit. The draw takes raw 64-bit numbers of numpy's PCG64, whose stream is promised to
stay the same (NEP 19), so the same secret gives the same sample in each release.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

SECRET_BYTES = 32
_SECRET = re.compile(r"[0-9a-f]{64}")


def new_secret(generator: np.random.Generator) -> str:
    """Return a fresh secret of 256 bits as hexadecimal digits."""
    return generator.bytes(SECRET_BYTES).hex()


def is_secret(text: str) -> bool:
    """Tell whether a text is a secret of this form."""
    return _SECRET.fullmatch(text) is not None


def commitment_of(secret: str) -> str:
    """Return what is published of a secret before the visit.

    >>> commitment_of("00" * 32)[:16]
    '66687aadf862bd77'
    """
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def generator_of(secret: str) -> np.random.Generator:
    """Return the generator that a secret seeds."""
    return np.random.Generator(np.random.PCG64(int(secret, 16)))


def draw(generator: np.random.Generator, pool: Sequence[str], size: int) -> list[str]:
    """Return `size` different entries of the pool, in the pool's order; all when it is smaller.

    >>> draw(generator_of("07" * 32), ["a", "b", "c", "d"], 2)
    ['b', 'd']
    """
    keys = [int(key) for key in generator.bit_generator.random_raw(max(len(pool), 1))]
    chosen = sorted(range(len(pool)), key=lambda place: (keys[place], place))[:size]
    return [pool[place] for place in sorted(chosen)]
