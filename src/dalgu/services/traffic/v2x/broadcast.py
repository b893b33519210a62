"""SPaT of many intersections every second: encode when lights change, else move the clock.

Ends of phases are moments, not remainders, so between two switches a SPaT differs from the one
before only in its minute and its millisecond. Where these sit is found once, by encoding the
clocks (0, 0), (1, 0) and (0, 1); then they are set in place. The octets are those that encoding
anew would give (held by a property test).
"""

from dataclasses import dataclass, replace

from dalgu.services.traffic.v2x.refusals import V2xValueOutOfRange
from dalgu.services.traffic.v2x.spat import IntersectionState, Spat, encode_spat

LAST_MINUTE = 527_040  # SAE J2735, MinuteOfTheYear: "invalid"
LAST_MILLISECOND = 65_535  # DSecond: "unavailable"


@dataclass(frozen=True, slots=True)
class SpatTemplate:
    """The octets of one intersection's SPaT, and where its clock sits in them."""

    state: IntersectionState
    octets: int
    length: int
    minute_shift: int
    millisecond_shift: int

    def at(self, minute_of_year: int, millisecond: int) -> bytes:
        """Return the frame at a moment.

        Raises
        ------
        V2xValueOutOfRange
            When the moment does not fit its fields.
        """
        if not (0 <= minute_of_year <= LAST_MINUTE and 0 <= millisecond <= LAST_MILLISECOND):
            raise V2xValueOutOfRange("SPAT", f"minute {minute_of_year}, millisecond {millisecond}")
        clock = minute_of_year << self.minute_shift | millisecond << self.millisecond_shift
        return (self.octets | clock).to_bytes(self.length)


def template(state: IntersectionState) -> SpatTemplate:
    """Return the template of an intersection's state, whatever clock the state has.

    Raises
    ------
    V2xNotInstalled, V2xValueOutOfRange
        As `encode_spat`.
    """
    still = replace(state, minute_of_year=None, millisecond=None)
    frame = _frame(still, 0, 0)
    zero, minute, millisecond = (
        int.from_bytes(each) for each in (frame, _frame(still, 1, 0), _frame(still, 0, 1))
    )
    shifts = ((zero ^ minute).bit_length() - 1, (zero ^ millisecond).bit_length() - 1)
    return SpatTemplate(still, zero, len(frame), *shifts)


class Broadcast:
    """The newest template of each intersection; encodes anew only what changed."""

    def __init__(self) -> None:
        self._templates: dict[int, SpatTemplate] = {}
        self.encoded = 0

    def frame(self, state: IntersectionState, minute_of_year: int, millisecond: int) -> bytes:
        """Return the SPaT frame of a state at a moment."""
        known = self._templates.get(state.id)
        still = replace(state, minute_of_year=None, millisecond=None)
        if known is None or known.state != still:
            known = self._templates[state.id] = template(still)
            self.encoded += 1
        return known.at(minute_of_year, millisecond)


def _frame(state: IntersectionState, minute: int, millisecond: int) -> bytes:
    return encode_spat(Spat((replace(state, minute_of_year=minute, millisecond=millisecond),)))
