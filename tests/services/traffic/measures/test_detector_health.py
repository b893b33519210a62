from tests.services.traffic.measures.logs import START_S, log

from dalgu.services.traffic.measures.detector_health import Suspicion, detector_health


def judged(*rows, hours=2):
    made = detector_health(log(*rows), from_s=START_S, until_s=START_S + hours * 3_600)
    return made, [Suspicion(int(one)) for one in made.suspicion]


def busy(channel, *, every=30):
    return [
        row
        for at in range(0, 7_200, every)
        for row in ((float(at), 82, channel), (at + 1.0, 81, channel))
    ]


def test_a_detector_that_counts_and_rests_is_well():
    made, suspicion = judged(*busy(1))
    assert suspicion == [Suspicion.NONE]
    assert made.actuations.tolist() == [240]


def test_a_detector_that_never_lets_go_is_stuck_on():
    made, suspicion = judged(*busy(1)[:4], (40.0, 82, 1))
    assert suspicion == [Suspicion.STUCK_ON]
    assert made.longest_on_s.tolist() == [7_160.0]


def test_a_detector_that_falls_silent_is_stuck_off():
    assert judged(*busy(1)[:40])[1] == [Suspicion.STUCK_OFF]
    assert judged((7_000.0, 82, 1), (7_001.0, 81, 1))[1] == [Suspicion.STUCK_OFF]


def test_a_detector_that_chatters_or_loses_its_offs_is_told():
    chatter = [(600 + n * 0.4, 82 - n % 2, 1) for n in range(300)]
    assert judged(*busy(1), *chatter)[1] == [Suspicion.CHATTERS]
    assert judged(*(row for row in busy(1) if row[1] == 82))[1] == [Suspicion.LOSES_EVENTS]


def test_what_the_controller_itself_reports_counts():
    _, suspicion = judged(*busy(1), *busy(2), (100.0, 87, 2))
    assert suspicion == [Suspicion.NONE, Suspicion.REPORTED]
