"""CAP: public messages read and written again, made wrong and refused by the rule, and how fast.

    DALGU_TEST_DATA=… python -m benchmarks.center.cap

The 19 messages are those of `center-cap` in the test data: the examples of the standard for 1.0,
1.1 and 1.2, five of IPAWS, one of Google, one of the US weather service. The limit is the field's:
all 19 round-trip; an XSD alone (lxml, CAP 1.2) lets most of the mutations pass.
"""

import os
import time
from collections import Counter
from pathlib import Path

from lxml import etree

from benchmarks.center.cap_mutations import mutations
from dalgu.center.warnings.cap.checking import check
from dalgu.center.warnings.cap.reading import read
from dalgu.center.warnings.cap.rules import CapRefused, Rule
from dalgu.center.warnings.cap.words import VERSIONS, Version
from dalgu.center.warnings.cap.writing import write

TURNS = 200  # times that the 19 messages are read, for the rate


def vectors() -> dict[str, bytes]:
    """Return the public messages by name."""
    folder = Path(os.environ["DALGU_TEST_DATA"]) / "center-cap"
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.xml"))}


def schemas() -> dict[Version, etree.XMLSchema]:
    """Return the schemas of the three versions."""
    folder = Path(os.environ["DALGU_TEST_DATA"]) / "center-cap" / "schema"
    names = {version: f"cap{version.replace('.', '')}.xsd" for version in Version}
    return {version: etree.XMLSchema(etree.parse(folder / name)) for version, name in names.items()}


def canonical(body: bytes) -> bytes:
    """Return a message without comments and blanks between elements, in canonical XML."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, remove_blank_text=True)
    return etree.tostring(etree.fromstring(body, parser), method="c14n", exclusive=True)


def rules_broken(body: bytes) -> set[Rule]:
    """Return the rules that a message is refused for, none where it is taken."""
    try:
        return {one.rule for one in check(read(body))}
    except CapRefused as refused:
        return {one.rule for one in refused.breaches}


def schema_refuses(body: bytes, known: dict[Version, etree.XMLSchema]) -> bool:
    """Tell whether a plain schema check (the usual way) would refuse a message."""
    try:
        root = etree.fromstring(body)
        return not known[VERSIONS[etree.QName(root).namespace]].validate(root)
    except (etree.XMLSyntaxError, KeyError, ValueError):
        return True


def main() -> None:
    """Print the figures."""
    messages, known = vectors(), schemas()
    trips = sum(read(write(read(body))) == read(body) for body in messages.values())
    same = sum(canonical(write(read(body))) == canonical(body) for body in messages.values())
    sound = sum(not rules_broken(body) for body in messages.values())
    print(f"messages read               {len(messages)} of 19")
    print(f"round trip, value for value {trips} of {len(messages)}")
    print(f"round trip, canonical XML   {same} of {len(messages)}")
    print(f"held to hold to the rules   {sound} of {len(messages)}")
    _mutated(messages, known)
    begun = time.perf_counter()
    for _ in range(TURNS):
        for body in messages.values():
            check(read(body))
    rate = TURNS * len(messages) / (time.perf_counter() - begun)
    short = [body for name, body in messages.items() if name.startswith("v1dot2")]
    begun = time.perf_counter()
    for _ in range(TURNS * 5):
        for body in short:
            check(read(body))
    brief = TURNS * 5 * len(short) / (time.perf_counter() - begun)
    print(f"read and checked            {rate:,.0f} messages/s (all 19, mean 38 kB)")
    print(f"                            {brief:,.0f} messages/s (the standard's four of 1.2)")


def _mutated(messages: dict[str, bytes], known: dict[Version, etree.XMLSchema]) -> None:
    made, caught, by_schema = Counter[Rule](), Counter[Rule](), Counter[Rule]()
    for body in messages.values():
        for rule, _, wrong in mutations(body):
            made[rule] += 1
            caught[rule] += rule in rules_broken(wrong)
            by_schema[rule] += schema_refuses(wrong, known)
    print(f"mutations refused           {caught.total()} of {made.total()}, by the rule they break")
    print(f"  a schema alone refuses    {by_schema.total()} of {made.total()}")
    print(f"rules                       {len(made)} of {len(Rule)} tried")
    for rule in Rule:
        schema = f"schema alone {by_schema[rule]}"
        print(f"  {rule:18} {caught[rule]:4} of {made[rule]:4}   {schema}")


if __name__ == "__main__":
    main()
