import asyncio
import json

import numpy as np

from dalgu.access.actor import Actor, Role
from dalgu.center.live.outbox import MOST_PIECES, ROWS, Audience, Batch, Outbox
from dalgu.center.moving.frames import Frame, Grid, Scene

EVERYBODY = Audience("ko", Actor("", Role.VIEWER))
GRID = Grid.over((128.3, 35.6, 128.8, 36.3), 0.1)


def an_outbox():
    return Outbox(EVERYBODY, layers=frozenset({"parking"}), wants_moving=True)


def rows(*numbers, gone=()):
    return Batch(ROWS, {str(n): b'{"number":%d}' % n for n in numbers}, gone)


def a_frame(number):
    one = np.full(1, number, dtype=np.int32)
    return Frame(number, GRID, Scene(one - 1, one, one.astype(np.uint8)), Scene(one, one, one))


def told(outbox):
    events = b"".join(outbox.take()).decode().split("\n\n")[:-1]
    lines = (event.split("\n") for event in events)
    return [(kind[7:], json.loads(data[6:])) for kind, data in lines]


def test_one_batch_is_the_same_bytes_for_every_reader():
    batch, one, other = rows(1, 2), an_outbox(), an_outbox()
    one.put(batch)
    other.put(batch)
    assert one.take()[0] is other.take()[0]


def test_of_an_incident_that_changed_twice_a_slow_reader_gets_the_later_state():
    outbox = an_outbox()
    outbox.put(Batch(ROWS, {"1": b'{"v":1}', "2": b'{"v":1}'}))
    outbox.put(Batch(ROWS, {"1": b'{"v":2}'}, gone=["1"]))
    [(kind, said)] = told(outbox)
    assert (kind, said) == ("rows", {"rows": [{"v": 1}, {"v": 2}], "gone": [1]})


def test_a_thing_that_went_and_came_back_is_there():
    outbox = an_outbox()
    outbox.put(Batch("parking", {}, gone=["urn:a"]))
    outbox.put(Batch("parking", {"urn:a": b'{"id":"urn:a"}'}))
    assert told(outbox) == [
        ("features", {"layer": "parking", "features": [{"id": "urn:a"}], "gone": []})
    ]


def test_what_grew_too_large_is_left_to_the_page_to_load():
    outbox = an_outbox()
    for first in range(0, MOST_PIECES + 2, 2):
        outbox.put(rows(first, first + 1))
    outbox.put(rows(9_999))
    assert told(outbox) == [("rows", {"rows": [], "gone": [], "reload": True})]
    assert outbox.renewed == 1
    outbox.put(rows(5))
    assert told(outbox)[0][1]["rows"] == [{"number": 5}]


def test_a_reader_who_kept_up_gets_changes_and_one_who_did_not_gets_all_of_it():
    outbox, frames = an_outbox(), [a_frame(n) for n in range(5)]
    outbox.show(frames[0])
    assert told(outbox) == [("moving", frames[0].whole.decode())]
    outbox.show(frames[1])
    assert told(outbox) == [("moving", frames[1].change.decode())]
    outbox.show(frames[2])
    outbox.show(frames[3])
    assert told(outbox) == [("moving", frames[3].whole.decode())]
    assert outbox.dropped == 1


def test_a_reader_waits_no_longer_than_until_there_is_news():
    async def story():
        outbox = an_outbox()
        waiting = asyncio.create_task(outbox.wait(60))
        await asyncio.sleep(0)
        outbox.put(rows(1))
        await waiting
        return told(outbox)

    assert asyncio.run(story())[0][0] == "rows"
