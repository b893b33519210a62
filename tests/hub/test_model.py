from datetime import UTC, datetime

from dalgu.hub.types import Device


def test_the_newest_instant_counts_also_beside_one_with_a_fraction():
    document = {
        "id": "urn:ngsi-ld:Device:1",
        "type": "Device",
        "deviceState": {"value": "online", "observedAt": "2026-01-01T00:00:00.500Z"},
        "inService": {"value": True, "observedAt": "2026-01-01T00:00:00Z"},
    }
    assert Device.from_document(document).observed_at == datetime(
        2026, 1, 1, microsecond=500_000, tzinfo=UTC
    )
