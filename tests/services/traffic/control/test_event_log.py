"""Events are kept to a tenth of a second and found by signal and time."""

import numpy as np

from dalgu.services.traffic.control.event_log import KEEP_HOURS, EventLog

HOUR = 3_600
AT = 494_444 * HOUR


def test_events_of_a_signal_come_back_in_order_over_an_hours_end(tmp_path):
    log = EventLog(tmp_path)
    rows = np.array(
        [[AT + HOUR - 0.1, 3, 1, 2], [AT + HOUR + 0.3, 3, 8, 2], [AT + HOUR, 4, 1, 6]], float
    )
    log.append(rows)
    found = log.of(3, AT, AT + 2 * HOUR)
    np.testing.assert_allclose(found.at_s, [AT + HOUR - 0.1, AT + HOUR + 0.3])
    assert found.code.tolist() == [1, 8]
    assert found.parameter.tolist() == [2, 2]
    assert len(log.of(3, AT, AT + HOUR).at_s) == 1  # the end of an interval is not in it


def test_a_half_written_row_is_left_out(tmp_path):
    log = EventLog(tmp_path)
    log.append(np.array([[AT, 1, 1, 1], [AT + 1, 1, 8, 1]], float))
    path = next(tmp_path.glob("*.events"))
    path.write_bytes(path.read_bytes()[:-1])
    assert log.of(1, AT, AT + HOUR).code.tolist() == [1]


def test_nothing_is_found_where_nothing_was_and_old_hours_go(tmp_path):
    log = EventLog(tmp_path)
    assert len(log.of(1, AT, AT + HOUR).at_s) == 0
    log.append(np.array([[AT, 1, 1, 1]], float))
    assert log.forget(AT + KEEP_HOURS * HOUR) == 0
    assert log.forget(AT + KEEP_HOURS * HOUR + HOUR) == 1


def test_an_hour_holds_all_signals_oldest_first(tmp_path):
    log = EventLog(tmp_path)
    log.append(np.array([[AT + 2, 4, 1, 2], [AT + HOUR, 3, 1, 2]], float))
    log.append(np.array([[AT + 1, 3, 8, 2]], float))
    found = log.hour(AT // HOUR)
    assert found.device.tolist() == [3, 4]
    assert found.code.tolist() == [8, 1]
    assert len(log.hour(AT // HOUR - 1)) == 0
