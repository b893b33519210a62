import numpy as np

from dalgu.simulation.chance import Episodes, stream


def test_a_stream_depends_on_seed_name_and_part_only():
    first = stream(1, "water", 3).random(4).tolist()
    stream(1, "parking", 3).random(1000)
    assert stream(1, "water", 3).random(4).tolist() == first
    others = [stream(2, "water", 3), stream(1, "parking", 3), stream(1, "water", 4)]
    assert all(other.random(4).tolist() != first for other in others)


def test_spells_recur_and_last_as_long_as_they_say():
    spells = Episodes(stream(1, "x"), 50, share=1.0, cycle=(20, 20), length=(3, 3))
    on = spells.on(np.arange(100)[:, None])
    assert on.shape == (100, 50)
    assert (on.sum(axis=0) == 15).all()
    assert (on[7] == spells.on(7)).all()
