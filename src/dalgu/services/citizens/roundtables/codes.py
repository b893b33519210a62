"""Codes that open a seat or a table: computed by the key file, so they are nowhere written down.

A code has 60 bits, in letters and digits that are not taken for one another when typed from paper.
"""

from collections.abc import Callable

from dalgu.services.citizens.roundtables.refusals import SeatCodeInvalid
from dalgu.services.citizens.roundtables.state import Roundtable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
SIGNS = 12  # 60 bits
ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
GROUP = 4
TABLE = "table"  # a facilitator's holder is `table:7`


class Codes:
    """Computes codes, and finds whose a code is."""

    def __init__(self, keyed: Callable[[str], str]) -> None:
        self._keyed = keyed
        self._known: dict[int, tuple[tuple[object, ...], dict[str, str]]] = {}

    def of(self, one: Roundtable, holder: str) -> str:
        """Return the code of a member or a table, as it is printed: `4F7K-…`."""
        digest = int(self._keyed(f"{one.number}|{holder}|{one.renewals.get(holder, 0)}"), 16)
        signs = "".join(ALPHABET[digest >> 5 * place & 31] for place in range(SIGNS))
        return "-".join(signs[at : at + GROUP] for at in range(0, SIGNS, GROUP))

    def seat(self, one: Roundtable, code: str) -> str:
        """Return the member whose seat a code opens; raise `SeatCodeInvalid`."""
        holder = self._holder(one, code)
        if holder.startswith(f"{TABLE}:"):
            raise SeatCodeInvalid
        return holder

    def table(self, one: Roundtable, code: str) -> int:
        """Return the number of the table that a facilitator's code opens."""
        kind, _, number = self._holder(one, code).partition(":")
        if kind != TABLE or not number:
            raise SeatCodeInvalid
        return int(number)

    def _holder(self, one: Roundtable, code: str) -> str:
        typed = code.upper().replace("-", "").replace(" ", "").translate(ALIKE)
        found = self._holders(one).get(typed)
        if found is None:
            raise SeatCodeInvalid
        return found

    def _holders(self, one: Roundtable) -> dict[str, str]:
        state = (tuple(one.members), one.table_count, tuple(one.renewals.items()))
        known = self._known.get(one.number)
        if known is None or known[0] != state:
            tables = [f"{TABLE}:{number}" for number in range(1, one.table_count + 1)]
            codes = {self.of(one, h).replace("-", ""): h for h in (*one.members, *tables)}
            known = self._known[one.number] = (state, codes)
        return known[1]
