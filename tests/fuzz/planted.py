"""Planted bugs: `python -m tests.fuzz.planted --seconds 20` tells how many the campaigns find.

Each line of the table puts one small defect into the code: slowness, a wrong answer, a crash. Two
campaigns look for it: atheris, guided by coverage, and hypothesis, guided by the words of the
language (`tests/fuzz/words.py`); the test suite runs the second for those it finds at once.
"""

import argparse
import importlib
import operator
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dalgu.hub.values import NULL

Real = Any


@dataclass(frozen=True)
class Planted:
    """One defect: where it is laid, and the faulty version made of the real one."""

    target: str
    where: str  # module:attribute, or module:class.attribute
    faulty: Callable[[Real], Real]
    kind: str  # slow, wrong, crash

    def lay(self, patch: Callable[[Any, str, Any], None] = setattr) -> None:
        """Put the defect in place; `monkeypatch.setattr` takes it away again."""
        module, _, path = self.where.partition(":")
        holder: Any = importlib.import_module(module)
        *classes, last = path.split(".")
        for name in classes:
            holder = getattr(holder, name)
        patch(holder, last, self.faulty(getattr(holder, last)))


def constant(value: object) -> Callable[[Real], Real]:
    return lambda real: value


def without_upper_bound(real: Real) -> Real:
    def equality(value: Any) -> Any:
        low = getattr(value, "low", None)
        if low is None:
            return real(value)
        return lambda found: real(low)(found) or (real(value)(found) and found is not None and not (
            isinstance(found, int | float) and found == value.high.value
        ))  # fmt: skip

    return equality


def absent_is_unequal(real: Real) -> Real:
    def term(one: Any) -> Any:
        holds = real(one)
        if one.operator != "!=":
            return holds
        return lambda document: holds(document) or one.path[0] not in document

    return term


def unwrapped(real: Real) -> Real:
    return lambda node, *rest: real(node, *rest).replace("(", "").replace(")", "")


def and_for_or(real: Real) -> Real:
    def joined(self: Any, sign: str, kind: Any, part: Any) -> Any:
        return real(self, {"|": ";", ";": "|"}[sign], kind, part)

    return joined


def or_for_and(real: Real) -> Real:
    return lambda text, *rest: real(text.replace(";", ","), *rest)


def below_only(real: Real) -> Real:
    return lambda wanted, held: (
        real(wanted, held) and not (wanted[-1] == "#" and len(held) == len(wanted) - 1)
    )


def plus_for_many(real: Real) -> Real:
    return lambda wanted, held: (
        real(wanted, held)
        or (wanted[-1] == "+" and len(held) > len(wanted) and real(wanted, held[: len(wanted)]))
    )


def newest_wins(real: Real) -> Real:
    def ordered(documents: Any, how: Any, collate: Any) -> Any:
        return real(list(reversed(documents)), how, collate)

    return ordered


def last_braces_win(real: Real) -> Real:
    def members(self: Any, level: int) -> Any:
        found: dict[str, Any] = {}
        while True:
            name, below = self.name(), {}
            if self.sign() == "{":
                self.at += 1
                below = members(self, level + 1)
                if self.sign() != "}":
                    raise self.refuse("'}'")
                self.at += 1
            found[name] = below
            if self.sign() not in (",", "|"):
                return found
            self.at += 1

    return members


def core_gives_way(real: Real) -> Real:
    return lambda term, terms: terms[term] if term in terms else real(term, terms)


def prefix_alone(real: Real) -> Real:
    def expand(term: str, terms: Any) -> Any:
        prefix, colon, rest = term.partition(":")
        return terms[prefix] + "/" + rest if colon and prefix in terms else real(term, terms)

    return expand


def for_ever(real: Real) -> Real:
    def absolute(term: str, raw: Any, vocabulary: str) -> str:
        iri = raw[term]
        while (prefix := iri.partition(":")[0]) in raw and ":" in iri and "://" not in iri:
            iri = raw[prefix] + iri.partition(":")[2][:20]
        return real(term, {**raw, term: iri}, vocabulary)

    return absolute


def without_datasets(real: Real) -> Real:
    def attribute(one: Any, how: Any) -> Any:
        shown = real(one, how)
        if isinstance(shown, dict):
            shown = {name: value for name, value in shown.items() if name != "datasetId"}
        return shown

    return attribute


def shallow(real: Real) -> Real:
    def merge_value(held: Any, given: Any) -> Any:
        if not isinstance(given, dict) or "coordinates" in given:
            return given
        merged = (held if isinstance(held, dict) else {}) | given
        return {name: value for name, value in merged.items() if value != NULL}

    return merge_value


def nulls_stay(real: Real) -> Real:
    def merge_value(held: Any, given: Any) -> Any:
        if isinstance(given, dict) and not isinstance(held, dict):
            return given
        return real(held, given)

    return merge_value


def unchecked_ends(real: Real) -> Real:
    return lambda timerel, time_at, end_time_at: None


def zoneless(real: Real) -> Real:
    from datetime import datetime

    def instant(parameters: Any, name: str) -> Any:
        text = parameters.get(name)
        return None if text is None else datetime.fromisoformat(text.removesuffix("Z"))

    return instant


def any_digits(real: Real) -> Real:
    def whole(parameters: Any, name: str, default: int, highest: int) -> int:
        text = parameters.get(name, str(default))
        return min(int(text), highest) if text.isdigit() else default

    return whole


def bold_bcd(real: Real) -> Real:
    return lambda data: int(data[::-1].hex() or "0")


def trusting_end(real: Real) -> Real:
    def header_end(body: bytes, at: int, device: Any = None) -> int:
        while body[at] & 0x80:
            at += 1
        return at + 2

    return header_end


def quick_base64(real: Real) -> Real:
    import base64

    return lambda text, **told: base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def in_degrees(real: Real) -> Real:
    def distance(one: Any, other: Any) -> float:
        (a, b), (c, d) = one["coordinates"][:2], other["coordinates"][:2]
        return 111_320.0 * ((a - c) ** 2 + (b - d) ** 2) ** 0.5

    return distance


def square_only(real: Real) -> Real:
    def box_of(geometry: Any) -> Any:
        west, south, *_ = real(geometry)
        lon, lat = geometry["coordinates"][0][:2] if geometry["type"] != "Point" else (west, south)
        return min(lon, west), min(lat, south), max(lon, west), max(lat, south)

    return box_of


def next_period(real: Real) -> Real:
    return lambda self, origin_us, at_us: real(self, origin_us, at_us) + 1


def half_a_frame(real: Real) -> Real:
    return lambda data: real(data)[:-1] if len(data) > 60 else real(data)


def no_repeats(real: Real) -> Real:
    return lambda text: 0


def text_of_first(real: Real) -> Real:
    return lambda self, text: self._found(text[:400]) is not None


def whole_division(left: Any, right: Any) -> Any:
    return left // right


def first_of_many(real: Real) -> Real:
    return lambda which, operands: real(which, operands[:2])


def without_tail(real: Real) -> Real:
    return lambda pdf: real(pdf[: pdf.rfind(b"%%EOF") + 6])


def trimmed(real: Real) -> Real:
    def canonical(value: Any) -> bytes:
        class Alike(bytes):
            def __eq__(self, other: object) -> bool:
                return bytes(self) == bytes(other).strip()  # type: ignore[arg-type]  # bytes

            def __ne__(self, other: object) -> bool:
                return not self == other

            __hash__ = bytes.__hash__

        return Alike(real(value))

    return canonical


def without_rejections(real: Real) -> Real:
    def sort_rows(*parts: Any) -> Any:
        found = real(*parts)
        found.rejections.clear()
        return found

    return sort_rows


FORMULA = "dalgu.certification.formula"
Q, GRAMMAR = "dalgu.hub.query.q", "dalgu.hub.query.grammar"
TYPES, SCOPE = "dalgu.hub.query.types", "dalgu.hub.query.scope"
PATTERN, CONTEXT = "dalgu.hub.query.pattern", "dalgu.hub.context"
BOUNDLESS = constant(10**9)

PLANTED = {
    name: Planted(*rest)  # type: ignore[arg-type]  # the rows of the table are of one shape
    for name, *rest in (
        ("q-and-is-or", "q", f"{GRAMMAR}:_Parser.joined", and_for_or, "wrong"),
        ("q-at-most-is-below", "q", f"{Q}:_ORDER",
         lambda real: {**real, "<=": operator.lt}, "wrong"),
        ("q-absent-is-unequal", "q", f"{Q}:_term", absent_is_unequal, "wrong"),
        ("q-range-without-its-end", "q", f"{Q}:_equality", without_upper_bound, "wrong"),
        ("q-written-without-parentheses", "q", f"{Q}:_written", unwrapped, "wrong"),
        ("q-nests-without-end", "q", f"{GRAMMAR}:MAX_NESTING", BOUNDLESS, "crash"),
        ("pattern-repeats-repeats", "pattern", f"{PATTERN}:_repeats", no_repeats, "slow"),
        ("pattern-sees-less", "pattern", f"{PATTERN}:Pattern.matches", text_of_first, "wrong"),
        ("types-and-is-or", "types", f"{TYPES}:parse_types", or_for_and, "wrong"),
        ("types-nest-without-end", "types", f"{TYPES}:MAX_NESTING", BOUNDLESS, "crash"),
        ("types-multiply", "types", f"{TYPES}:MAX_ALTERNATIVES", constant(300_000), "slow"),
        ("scope-below-only", "scope", f"{SCOPE}:_fits", below_only, "wrong"),
        ("scope-plus-is-many", "scope", f"{SCOPE}:_fits", plus_for_many, "wrong"),
        ("order-turns-round", "order", "dalgu.hub.query.order:ordered", newest_wins, "wrong"),
        ("projection-forgets", "projection", "dalgu.hub.query.projection:_Parser.members",
         last_braces_win, "wrong"),
        ("projection-nests-without-end", "projection", "dalgu.hub.query.projection:MAX_NESTING",
         BOUNDLESS, "crash"),
        ("parameters-take-any-digit", "parameters", "dalgu.hub.query.parse:whole", any_digits,
         "crash"),
        ("geo-in-degrees", "geo", "dalgu.hub.query.geo:distance_of", in_degrees, "wrong"),
        ("temporal-without-an-end", "temporal", "dalgu.hub.query.temporal:_check_timerel",
         unchecked_ends, "wrong"),
        ("temporal-without-a-zone", "temporal", "dalgu.hub.query.temporal:_instant", zoneless,
         "wrong"),
        ("period-is-the-next", "period", "dalgu.hub.aggregate:Period.index", next_period, "wrong"),
        ("context-shadows-the-core", "context", f"{CONTEXT}:expand_iri", core_gives_way, "wrong"),
        ("context-adds-a-slash", "context", f"{CONTEXT}:expand_iri", prefix_alone, "wrong"),
        ("context-goes-in-circles", "context", f"{CONTEXT}:_absolute", for_ever, "slow"),
        ("entity-loses-datasets", "entity", "dalgu.hub.represent:represent_attribute",
         without_datasets, "wrong"),
        ("entity-nests-without-end", "entity", "dalgu.hub.values:MAX_DEPTH", BOUNDLESS, "crash"),
        ("merge-is-shallow", "merge", "dalgu.hub.merge:merge_value", shallow, "wrong"),
        ("merge-keeps-nulls", "merge", "dalgu.hub.merge:merge_value", nulls_stay, "wrong"),
        ("bcd-of-any-digit", "telegram", "dalgu.devices.wmbus.values:read_bcd", bold_bcd, "crash"),
        ("records-end-where-they-say", "telegram", "dalgu.devices.wmbus.records:header_end",
         trusting_end, "crash"),
        ("frame-loses-a-byte", "telegram", "dalgu.devices.wmbus.frame:_strip_a", half_a_frame,
         "wrong"),
        ("base64-of-anything", "message", "dalgu.devices.formats.chirpstack:from_base64",
         quick_base64, "crash"),
        ("formula-divides-by-nothing", "formula", f"{FORMULA}.evaluating:_ARITHMETIC",
         lambda real: {**real, "/": whole_division}, "wrong"),
        ("formula-least-is-most", "formula", f"{FORMULA}.evaluating:_extreme", first_of_many,
         "wrong"),
        ("framework-of-no-number", "framework", "dalgu.certification.framework.loading:_unbounded",
         constant(lambda value, path="": iter(())), "crash"),
        ("certificate-with-a-tail", "certificate",
         "dalgu.certification.certificate.verification:read_seal", without_tail, "wrong"),
        ("status-in-any-form", "status", "dalgu.certification.certificate.status:canonical",
         trimmed, "wrong"),
        ("rows-that-nobody-tells-of", "register", "tests.fuzz.certification:sort_rows",
         without_rejections, "wrong"),
    )
}  # fmt: skip


def main() -> None:
    """Look for each planted bug by both campaigns; print who found it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=20, help="of atheris for each")
    options.add_argument("--examples", type=int, default=3000, help="of hypothesis for each")
    options.add_argument("names", nargs="*", help="of planted bugs; all of them by default")
    asked = options.parse_args()
    from tests.fuzz.campaign import run

    found: dict[str, set[str]] = {"atheris": set(), "hypothesis": set()}
    names = asked.names or list(PLANTED)
    for name in names:
        if asked.seconds and run(PLANTED[name].target, asked.seconds, name).returncode:
            found["atheris"].add(name)
        if by_words(name, asked.examples):
            found["hypothesis"].add(name)
        who = ", ".join(one for one, its in found.items() if name in its) or "nobody"
        print(f"{name:32} {PLANTED[name].kind:6} {who}", flush=True)
    both = found["atheris"] | found["hypothesis"]
    each = ", ".join(f"{one} {len(its)}" for one, its in found.items())
    print(f"{len(both)} of {len(names)} found ({each})")


def by_words(name: str, examples: int) -> bool:
    """Tell whether hypothesis finds a planted bug, in a process of its own."""
    words = [sys.executable, "-m", "tests.fuzz.words", PLANTED[name].target]
    done = subprocess.run(
        [*words, "--plant", name, "--examples", str(examples)], capture_output=True, check=False
    )
    return done.returncode == 1


if __name__ == "__main__":
    os.nice(10)
    main()
