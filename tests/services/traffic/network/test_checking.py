from collections import Counter

import msgspec
import pytest
from tests.services.traffic.network.corners import crossroads

from dalgu.services.traffic.network.checking import check, require_sound
from dalgu.services.traffic.network.finding import Grave, sentences
from dalgu.services.traffic.network.model import Inflow
from dalgu.services.traffic.network.refusals import NetworkUnsound

SOUND = crossroads(2)
change = msgspec.structs.replace


def changed(kind, at, **fields):
    """Return the sound network with one thing changed."""
    things = list(getattr(SOUND, kind))
    things[at] = change(things[at], **fields)
    return change(SOUND, **{kind: tuple(things)})


def of_signal(**fields):
    return changed("signals", 0, **fields)


def rules(network):
    return Counter(one.rule for one in check(network))


def test_nothing_is_found_in_a_sound_network():
    assert check(SOUND) == []
    assert require_sound(SOUND) == []


# One thing is wrong in each: what is found names it and says the mend.
CASES = [
    ("id-repeated", change(SOUND, nodes=(*SOUND.nodes, SOUND.nodes[0]))),
    ("id-unfit", change(SOUND, nodes=(*SOUND.nodes, change(SOUND.nodes[0], id="a/b#1")))),
    ("reference-unknown", changed("links", 0, start="nowhere")),
    ("reference-unknown", changed("movements", 0, exit="nowhere")),
    ("reference-unknown", changed("detectors", 0, lane="nowhere")),
    ("reference-unknown", changed("corridors", 0, signals=("x001", "x999"))),
    ("group-unknown", changed("movements", 0, group=99)),
    ("value-impossible", changed("links", 0, length_m=0.0)),
    ("value-impossible", changed("lanes", 0, saturation_veh_h=-1.0)),
    ("value-impossible", change(SOUND, inflows=(Inflow("w-x001", (1.0,) * 3),))),
    ("movement-apart", changed("movements", 0, exit="x002-e")),
    ("movement-elsewhere", of_signal(nodes=("x002",))),
    ("clearance-too-short", changed("crossings", 0, length_m=60.0)),
    ("crossing-of-vehicles", changed("crossings", 0, group=0)),
    ("movement-of-pedestrians", changed("movements", 0, group=8)),
    ("movement-unsignalled", changed("movements", 2, group=-1)),
    ("no-signals", change(SOUND, signals=(), movements=(), crossings=(), corridors=())),
    ("link-without-lanes", change(SOUND, lanes=SOUND.lanes[:-2])),
    ("shares-not-one", changed("movements", 0, share=0.1)),
    ("detector-beyond", changed("detectors", 0, from_m=900.0, to_m=950.0)),
    ("lane-undetected", change(SOUND, detectors=SOUND.detectors[1:])),
    ("link-not-entered", change(SOUND, inflows=SOUND.inflows[1:])),
]


@pytest.mark.parametrize(("rule", "network"), CASES)
def test_one_thing_wrong_is_found_and_told_in_both_languages(rule, network):
    found = [one for one in check(network) if one.rule == rule]
    assert found
    for one in found:
        assert one.thing.en[:3] in one.text.en.lower() or rule in ("no-signals", "timing-invalid")
        assert "{" not in one.text.ko + one.text.en
        assert one.text.ko != one.text.en


def test_an_intergreen_that_is_missing_is_found_by_the_geometry():
    signal = SOUND.signals[0]
    at = {group.name: n for n, group in enumerate(signal.groups)}
    rows = [list(row) for row in signal.intergreen_s]
    rows[at["E"]][at["N"]] = rows[at["N"]][at["E"]] = 0.0
    network = of_signal(intergreen_s=tuple(tuple(row) for row in rows))
    (one,) = [one for one in check(network) if one.rule == "crossing-paths"]
    assert "'E'" in one.text.en
    assert "'N'" in one.text.en


def test_stages_with_conflicting_groups_are_errors():
    signal = SOUND.signals[0]
    groups = tuple(sorted({*signal.stages[0].groups, *signal.stages[1].groups}))
    network = of_signal(stages=(change(signal.stages[0], groups=groups), *signal.stages[1:]))
    assert rules(network)["timing-invalid"] == 1
    with pytest.raises(NetworkUnsound, match="1 errors"):
        require_sound(network)


def test_the_gravest_come_first():
    network = changed("movements", 0, share=0.1)
    network = change(network, detectors=network.detectors[1:])
    network = change(network, lanes=network.lanes[:-2])
    found = [one.grave for one in check(network)]
    assert found == sorted(found, key=list(Grave).index)
    assert {Grave.ERROR, Grave.WARNING, Grave.NOTE} == set(found)


def test_each_kind_of_finding_is_written_in_both_languages():
    for rule, said in sentences().items():
        assert said.en.rstrip().endswith((".", "}")), rule
        assert any("가" <= sign <= "힣" for sign in said.ko), rule
