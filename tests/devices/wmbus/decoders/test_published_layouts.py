"""The published telegrams of meters with layouts of their own: what we read of them holds."""

import pytest

from dalgu.devices.wmbus.decoders import DECODERS

# driver: telegrams, values that its layout gives; the rest of a vector are standard records.
REACHED = {
    "apator08": (2, 2),
    "apator162": (18, 18),
    "apator172": (2, 2),
    "apatoreitn": (3, 24),
    "apatorna1": (10, 80),
    "bfw240radio": (6, 126),
    "compact5": (4, 12),
    "fhkvdataiii": (3, 18),
    "gwfwater": (3, 8),
    "hydroclimav2": (3, 34),
    "hydrodigit": (6, 59),
    "izarv2": (6, 45),
    "mkradio3": (4, 16),
    "mkradio3a": (1, 15),
    "mkradio4": (1, 2),
    "qcaloric": (6, 14),
    "qheatv2": (6, 51),
    "qwater": (10, 30),
    "qwaterv2": (8, 34),
    "rfmtx1": (1, 2),
    "tsd2": (4, 8),
    "vario451": (1, 3),
    "zenner0b": (2, 6),
}


def test_every_reader_has_published_telegrams():
    assert set(REACHED) == set(DECODERS)


def holds(value, expected):
    """Whether a value is the published one; of words the header's may stand beside ours."""
    ours, theirs = (set(str(one).split()) for one in (value, expected))
    return value == expected or ours <= theirs


@pytest.mark.parametrize("driver", REACHED)
def test_the_values_are_those_that_were_published(published, driver):
    telegrams = [(telegram, expected) for name, telegram, expected in published if name == driver]
    found = [(DECODERS[driver](telegram), expected) for telegram, expected in telegrams]
    wrong = [
        (name, value, expected.get(name, "no such field"))
        for fields, expected in found
        for name, value in fields.items()
        if name not in expected or not holds(value, expected[name])
    ]
    assert wrong == []
    assert (len(found), sum(len(fields) for fields, _ in found)) == REACHED[driver]
