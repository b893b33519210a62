"""The official parser reads our metrics, and they count what happened."""

import math

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dalgu.access.actor import Role
from dalgu.app.metrics import METRICS, NOTIFICATIONS, REQUESTS, Kind, exposition
from dalgu.kernel.histogram import Histogram

ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room", "heat": {"type": "Property", "value": 21}}


def scraped(house):
    text = house.ask("GET", "/metrics", Role.SERVICE).text
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(families, name, **labels):
    samples = (one for family in families.values() for one in family.samples)
    return next(
        one.value
        for one in samples
        if one.name == name and all(one.labels.get(key) == told for key, told in labels.items())
    )


def test_every_family_that_is_scraped_is_declared_and_keeps_its_type(house):
    declared = {one.name: one for one in METRICS}
    for family in scraped(house).values():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert declared[name].kind == family.type
        assert family.documentation == declared[name].help


def test_names_follow_the_conventions():
    for one in METRICS:
        assert one.name.endswith("_total") is (one.kind is Kind.COUNTER), one.name
        assert not one.name.endswith(("_ms", "_milliseconds", "_kb", "_percent")), one.name
        assert one.help.endswith("."), one.name
    assert len({one.name for one in METRICS}) == len(METRICS)


def test_requests_are_counted_by_route_method_and_class_of_status(fresh):
    fresh.headers[Role.SERVICE] = fresh.token(Role.SERVICE)
    entity = f"/ngsi-ld/v1/entities/{ROOM['id']}"
    fresh.ask("POST", "/ngsi-ld/v1/entities", Role.SERVICE, json=ROOM)
    for path in (entity, entity, entity + "2"):
        fresh.ask("GET", path, Role.SERVICE)
    fresh.ask("GET", "/nowhere/at/all")
    found = scraped(fresh)
    count = f"{REQUESTS.name}_count"
    one = {"method": "GET", "route": "/ngsi-ld/v1/entities/*"}
    assert value(found, count, status="2xx", **one) == 2
    assert value(found, count, status="4xx", **one) == 1
    assert value(found, count, route="none", status="4xx") == 1
    assert value(found, f"{REQUESTS.name}_bucket", le="+Inf", status="2xx", **one) == 2
    assert value(found, "dalgu_entities") >= 1
    assert value(found, "dalgu_store_commit_seconds_count") > 0
    assert value(found, "dalgu_outbox_head_events_total") >= 1


def test_no_label_is_made_of_what_a_client_sends(fresh):
    fresh.headers[Role.SERVICE] = fresh.token(Role.SERVICE)
    for number in range(20):
        fresh.ask(f"METHOD{number}", f"/ko/{number}")
        fresh.ask("GET", f"/ngsi-ld/v1/entities/urn:x:{number}?q{number}=1", Role.SERVICE)
    told = {
        tuple(sorted(one.labels.items()))
        for one in scraped(fresh)[REQUESTS.name].samples
        if one.name.endswith("_count")
    }
    assert len(told) < 10


def test_pages_of_all_languages_are_one_route(fresh):
    fresh.ask("GET", "/ko/sign-in")
    fresh.ask("GET", "/en/sign-in")
    assert value(scraped_by(fresh), f"{REQUESTS.name}_count", route="/{language}/sign-in") == 2


def scraped_by(house):
    house.headers[Role.SERVICE] = house.token(Role.SERVICE)
    return scraped(house)


def test_the_process_tells_what_it_takes(house):
    found = scraped(house)
    assert value(found, "process_resident_memory_bytes") > 10_000_000
    assert value(found, "process_open_fds") < value(found, "process_max_fds")
    assert value(found, "process_cpu_seconds_total") > 0


@pytest.mark.parametrize("label", ['plain"quote', "back\\slash", "two\nlines", "한글"])
def test_any_label_survives_the_parser(label):
    [family] = text_string_to_metric_families(exposition([NOTIFICATIONS(3, label)]))
    assert family.samples[0].labels == {"outcome": label}


def test_a_histogram_survives_the_parser():
    held = Histogram((0.5, 1.0))
    for one in (0.2, 0.5, 0.7, 5):
        held.add(one)
    [family] = text_string_to_metric_families(exposition([REQUESTS(held, "GET", "/", "2xx")]))
    buckets = {one.labels["le"]: one.value for one in family.samples if "le" in one.labels}
    assert buckets == {"0.5": 2, "1": 3, "+Inf": 4}
    total = next(one.value for one in family.samples if one.name.endswith("_sum"))
    assert math.isclose(total, 6.4)
