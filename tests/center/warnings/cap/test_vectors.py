"""The public messages: read, written again, held to the schemas and made wrong."""

from collections import Counter

from benchmarks.center.cap import canonical, rules_broken, schemas
from benchmarks.center.cap_mutations import mutations
from lxml import etree

from dalgu.center.warnings.cap.reading import read
from dalgu.center.warnings.cap.rules import Rule
from dalgu.center.warnings.cap.words import Version
from dalgu.center.warnings.cap.writing import as_version, write


def test_all_nineteen_round_trip(vectors):
    assert len(vectors) == 19
    for body in vectors.values():
        assert read(write(read(body))) == read(body)


def test_nothing_of_a_message_is_lost(vectors):
    for name, body in vectors.items():
        assert canonical(write(read(body))) == canonical(body), name


def test_all_hold_to_the_rules(vectors):
    assert {name: rules_broken(body) for name, body in vectors.items() if rules_broken(body)} == {}


def test_what_is_written_is_valid_by_the_schema(vectors):
    known = schemas()
    for name, body in vectors.items():
        alert = read(body)
        assert known[alert.version].validate(etree.fromstring(write(alert))), name


def test_every_version_is_valid_by_its_schema_when_written_from_another(vectors):
    known = schemas()
    for body in vectors.values():
        for version in (Version.CAP11, Version.CAP12):
            alert = read(body)
            has_all = version is Version.CAP11 or all(
                one.mime_type for info in alert.infos for one in info.resources
            )
            made = etree.fromstring(write(as_version(alert, version)))
            assert known[version].validate(made) or not has_all


def test_every_mutation_is_refused_by_the_rule_it_breaks(vectors):
    wrong, tried = [], Counter()
    for name, body in vectors.items():
        for rule, how, mutated in mutations(body):
            tried[rule] += 1
            if rule not in rules_broken(mutated):
                wrong.append((name, rule, how))
    assert wrong == []
    assert set(tried) == set(Rule)


def test_signatures_are_kept_as_they_came(vectors):
    signed = [body for body in vectors.values() if b"SignedInfo" in body]
    assert len(signed) == 5
    for body in signed:
        [extension] = read(body).extensions
        kept = etree.fromstring(extension)
        origin = next(etree.fromstring(body).iter("{*}Signature"))
        value = "{http://www.w3.org/2000/09/xmldsig#}SignatureValue"
        assert kept.findtext(value) == origin.findtext(value)
        info = "{http://www.w3.org/2000/09/xmldsig#}SignedInfo"
        assert etree.tostring(kept.find(info), method="c14n", exclusive=True) == etree.tostring(
            origin.find(info), method="c14n", exclusive=True
        )
