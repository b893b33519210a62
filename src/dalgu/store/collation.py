"""Sort keys of texts by the rules of a language: the ICU tables that DuckDB carries."""

from collections.abc import Iterable


def collation_keys(texts: Iterable[str], tag: str) -> dict[str, str]:
    """Return a key for each text; the keys sort as the language's dictionary does.

    Parameters
    ----------
    texts
        What is to be sorted.
    tag
        A BCP 47 language tag; `und` is the root order of Unicode.

    Examples
    --------
    >>> keys = collation_keys(["b", "á", "A"], "und")
    >>> sorted(keys, key=keys.__getitem__)
    ['A', 'á', 'b']

    """
    import duckdb  # loads slowly, and few queries ask for a language

    several = list(texts)
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT text, icu_sort_key(text, ?) FROM (SELECT unnest(?) AS text)", [tag, several]
        ).fetchall()
    return dict(found)
