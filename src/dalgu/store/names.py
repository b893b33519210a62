"""Short texts that repeat, kept once and named by a small integer."""

from collections.abc import Hashable

import apsw

from dalgu.store.connection import first_row, rows


class Names:
    """Texts and their keys, with a cache: a name is never changed and never removed."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._keys: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self.derived: dict[Hashable, tuple[int, ...]] = {}
        """Keys that a caller worked out from something; forgotten together with them."""

    def find(self, text: str) -> int | None:
        """Return the key of a text, `None` where nobody has used it yet."""
        key = self._keys.get(text)
        if key is not None:
            return key
        row = first_row(self._connection, "SELECT pk FROM name WHERE text = ?", (text,))
        if row is None:
            return None
        self._remember(row[0], text)
        return self._keys[text]

    def intern(self, text: str) -> int:
        """Return the key of a text, giving it one if need be."""
        key = self._keys.get(text)
        if key is None:
            key = self.find(text)
        if key is None:
            self._connection.execute("INSERT INTO name (text) VALUES (?)", (text,))
            key = self._connection.last_insert_rowid()
            self._remember(key, text)
        return key

    def text(self, key: int) -> str:
        """Return the text of a key."""
        text = self._texts.get(key)
        if text is None:
            [(text,)] = rows(self._connection, "SELECT text FROM name WHERE pk = ?", (key,))
            self._remember(key, text)
        return text

    def forget(self) -> None:
        """Drop the cache: after a rollback it may hold names that never came to be."""
        self._keys.clear()
        self._texts.clear()
        self.derived.clear()

    def _remember(self, key: int, text: str) -> None:
        self._keys[text] = key
        self._texts[key] = text
