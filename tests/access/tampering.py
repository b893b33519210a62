"""What an intruder does who can write the database and has not the key; each says where."""

import hashlib


def seqs(connection):
    """Numbers of a book's entries; the copy holds the one book alone."""
    return [seq for (seq,) in connection.execute("SELECT seq FROM ledger ORDER BY seq")]


def row(connection, seq):
    return connection.execute("SELECT at, body, digest FROM ledger WHERE seq = ?", (seq,)).get


def update(connection, seq, column, value):
    connection.execute(f"UPDATE ledger SET {column} = ? WHERE seq = ?", (value, seq))


def flipped(body, rng):
    changed = bytearray(body)
    changed[rng.integers(len(changed))] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def digest_after(before, seq, at, body):
    """The ledger's public digest, which needs no key."""
    head = before + seq.to_bytes(8, "big") + at.to_bytes(8, "big", signed=True)
    return hashlib.sha256(head + body).digest()


def rechain(connection, start):
    """Recompute all digests from an entry on, as a knowing intruder does."""
    before = row(connection, start - 1)[2] if start > 1 else bytes(32)
    for seq in range(start, max(seqs(connection)) + 1):
        at, body, _ = row(connection, seq)
        before = digest_after(before, seq, at, body)
        update(connection, seq, "digest", before)


def change_body(connection, seq, rng):
    update(connection, seq, "body", flipped(row(connection, seq)[1], rng))
    return seq


def change_instant(connection, seq, rng):
    update(connection, seq, "at", row(connection, seq)[0] + int(rng.integers(1, 10**9)))
    return seq


def change_digest(connection, seq, rng):
    update(connection, seq, "digest", flipped(row(connection, seq)[2], rng))
    return seq


def remove(connection, seq, rng):
    connection.execute("DELETE FROM ledger WHERE seq = ?", (seq,))
    return seq


def cut_off(connection, seq, rng):
    connection.execute("DELETE FROM ledger WHERE seq >= ?", (seq,))
    return seq


def close_the_gap(connection, seq, rng):
    last = max(seqs(connection))
    remove(connection, seq, rng)
    for moved in range(seq + 1, last + 1):
        connection.execute("UPDATE ledger SET seq = ? WHERE seq = ?", (moved - 1, moved))
    if seq < last:
        rechain(connection, seq)
    return seq


def swap(connection, seq, rng):
    other = int(rng.choice([other for other in seqs(connection) if other != seq]))
    one, two = row(connection, seq)[1], row(connection, other)[1]
    update(connection, seq, "body", two)
    update(connection, other, "body", one)
    return min(seq, other)


def replay(connection, seq, rng):
    at, body, _ = row(connection, seq)
    last = max(seqs(connection))
    digest = digest_after(row(connection, last)[2], last + 1, at, body)
    [(book,)] = connection.execute("SELECT DISTINCT ledger FROM ledger")
    values = (book, last + 1, at, body, digest)
    connection.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?)", values)
    return last + 1


def rewrite(connection, seq, rng):
    change_body(connection, seq, rng)
    rechain(connection, seq)
    return seq


def postdate(connection, seq, rng):
    change_instant(connection, seq, rng)
    rechain(connection, seq)
    return seq


DEEDS = [
    change_body,
    change_instant,
    change_digest,
    remove,
    cut_off,
    close_the_gap,
    swap,
    replay,
    rewrite,
    postdate,
]


def missed_by(verify, connection, rng, times):
    """Tamper so many times, undone each time; return where a tampering was not found there."""
    numbers, missed = seqs(connection), []
    for number in range(times):
        deed = DEEDS[number % len(DEEDS)]
        connection.execute("BEGIN")
        expected = deed(connection, int(rng.choice(numbers)), rng)
        found = verify()
        if found != expected:
            missed.append((deed.__name__, expected, found))
        connection.execute("ROLLBACK")
    return missed
