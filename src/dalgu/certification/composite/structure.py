"""The tree of a composite: indicators at level 1, groups above them, one index at the top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.composite.errors import IndicatorUnknown, MetadataInvalid

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

INDICATORS = 1  # the level of the leaves


@dataclass(frozen=True, slots=True)
class Element:
    """An indicator (level 1) or a group; `direction` is 1 where more is better, else -1.

    `denominator` names the column that an indicator is divided by; `target` and `goalposts`
    (lower, upper) are in the unit of the indicator.
    """

    code: str
    level: int
    parent: str = ""
    name: str = ""
    weight: float = 1.0
    direction: int = 1
    unit: str = ""
    denominator: str = ""
    target: float | None = None
    goalposts: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group and the places of its children among the elements one level below."""

    code: str
    children: Indices


@dataclass(frozen=True)
class Structure:
    """A checked tree; build it with `Structure.of`."""

    elements: tuple[Element, ...]

    @classmethod
    def of(
        cls, elements: Iterable[Element], *, source: str = "arrays", rows: Sequence[int] = ()
    ) -> "Structure":
        """Return the tree of the elements.

        Parameters
        ----------
        elements
            In the order that columns shall have.
        source, rows
            Where they were read, for the sentence of an error.

        Raises
        ------
        MetadataInvalid
            When they form no tree; the sentence names source, row and field.

        Examples
        --------
        >>> tree = Structure.of([Element("a", 1, "All"), Element("b", 1, "All"), Element("All", 2)])
        >>> tree.top, tree.codes(1)
        ('All', ('a', 'b'))
        """
        found = tuple(elements)
        for place, field, reason in _faults(found):
            raise MetadataInvalid(source, rows[place] if rows else place + 1, field, reason)
        if not found:
            raise MetadataInvalid(source, 1, "iCode", "there is no element")
        return cls(found)

    @cached_property
    def levels(self) -> int:
        """How many levels there are, that of the indicators among them."""
        return max(one.level for one in self.elements)

    @cached_property
    def top(self) -> str:
        """Code of the index."""
        return self.codes(self.levels)[0]

    @cached_property
    def _by_code(self) -> dict[str, Element]:
        return {one.code: one for one in self.elements}

    def __contains__(self, code: object) -> bool:
        """Whether an element has this code."""
        return code in self._by_code

    def element(self, code: str, *, step: str = "structure") -> Element:
        """Return the element of a code; raise `IndicatorUnknown` on behalf of a step."""
        if code not in self._by_code:
            raise IndicatorUnknown(step, code)
        return self._by_code[code]

    def at(self, level: int) -> tuple[Element, ...]:
        """Return the elements of a level in their order."""
        return tuple(one for one in self.elements if one.level == level)

    def codes(self, level: int) -> tuple[str, ...]:
        """Return the codes of a level in their order."""
        return tuple(one.code for one in self.at(level))

    def all_codes(self) -> tuple[str, ...]:
        """Return all codes, level by level from the indicators up."""
        return tuple(code for level in range(1, self.levels + 1) for code in self.codes(level))

    def groups(self, level: int) -> tuple[Group, ...]:
        """Return the groups of a level above the indicators, each with its children's places."""
        below = self.at(level - 1)
        return tuple(
            Group(code, np.array([i for i, one in enumerate(below) if one.parent == code]))
            for code in self.codes(level)
        )

    def weights(self, level: int) -> Array:
        """Return the declared weights of a level."""
        return np.array([one.weight for one in self.at(level)])

    def ancestor(self, code: str, level: int) -> str:
        """Return the element of a level that a code lies in (or is)."""
        one = self.element(code)
        while one.level < level:
            one = self._by_code[one.parent]
        return one.code

    def below(self, code: str, level: int = INDICATORS) -> tuple[str, ...]:
        """Return the codes of a level that lie in an element."""
        upper = self.element(code).level
        return tuple(one for one in self.codes(level) if self.ancestor(one, upper) == code)


def _faults(elements: Sequence[Element]) -> Iterable[tuple[int, str, str]]:
    """Yield what is wrong, element by element: its place, the column, the reason."""
    by_code = {one.code: one for one in elements}
    top = max((one.level for one in elements), default=0)
    parents = {one.parent for one in elements}
    codes: set[str] = set()
    for place, one in enumerate(elements):
        if one.code in codes:
            yield place, "iCode", f"code '{one.code}' stands twice"
        codes.add(one.code)
        yield from ((place, field, reason) for field, reason in _own_faults(one))
        yield from ((place, field, reason) for field, reason in _place_faults(one, by_code, top))
        if one.level > INDICATORS and one.code not in parents:
            yield place, "iCode", f"group '{one.code}' has no element in it"


def _own_faults(one: Element) -> Iterable[tuple[str, str]]:
    if not one.code:
        yield "iCode", "a code is required"
    if one.level < INDICATORS:
        yield "Level", f"level {one.level} of '{one.code}' must be 1 or more"
    if one.direction not in (1, -1):
        yield "Direction", f"direction {one.direction} of '{one.code}' must be 1 or -1"
    if not isfinite(one.weight) or one.weight < 0:
        yield "Weight", f"weight {one.weight:g} of '{one.code}' must be zero or more"
    if one.goalposts is not None and not one.goalposts[0] < one.goalposts[1]:
        yield "goalpost_lower", f"the lower goalpost of '{one.code}' must be below the upper"


def _place_faults(one: Element, by_code: dict[str, Element], top: int) -> Iterable[tuple[str, str]]:
    if one.level == top:
        if one.parent:
            yield "Parent", f"'{one.code}' at the top level must have no parent"
        if any(other.level == top and other is not one for other in by_code.values()):
            yield (
                "Level",
                f"'{one.code}' is not alone at the top level {top}; one index is required",
            )
        return
    if not one.parent:
        yield "Parent", f"a parent of '{one.code}' is required"
        return
    if one.parent not in by_code:
        yield "Parent", f"parent '{one.parent}' of '{one.code}' does not exist"
        return
    if by_code[one.parent].level != one.level + 1:
        yield (
            "Parent",
            f"parent '{one.parent}' of '{one.code}' must be of level {one.level + 1}, "
            f"and is of level {by_code[one.parent].level}",
        )
