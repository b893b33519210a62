import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.traffic.network.corners import crossroads

from dalgu.devices.signals.timing import Group, GroupKind, Plan, Stage, Step
from dalgu.kernel.text import Text
from dalgu.services.traffic.network import model as m
from dalgu.services.traffic.network.importing import read_folder, read_network
from dalgu.services.traffic.network.refusals import (
    NetworkFileTooLarge,
    NetworkFileUnreadable,
    TableInvalid,
)
from dalgu.services.traffic.network.table_cells import tables
from dalgu.services.traffic.network.table_writing import tables_of, zipped
from dalgu.services.traffic.network.tables import network_of_tables, unzipped

TEXT = st.text(max_size=6)
ID = st.text(min_size=1, max_size=6)
REAL = st.floats(-1e6, 1e6)
WHOLE = st.integers(-5, 40)
NAME = st.builds(Text, TEXT, TEXT)


def tuples(one):
    return st.lists(one, max_size=3).map(tuple)


GROUPS = st.lists(
    st.builds(Group, TEXT, st.sampled_from(GroupKind), REAL, REAL, REAL), min_size=1, max_size=3
).map(tuple)


@st.composite
def signals(draw):
    groups = draw(GROUPS)
    number = len(groups)
    row = st.lists(REAL, min_size=number, max_size=number).map(tuple)
    return m.Signal(
        draw(ID),
        draw(tuples(ID)),
        groups,
        tuple(draw(row) for _ in groups),
        draw(tuples(st.builds(Stage, TEXT, tuples(WHOLE)))),
        draw(tuples(st.builds(Plan, TEXT, tuples(st.builds(Step, WHOLE, REAL)), REAL))),
        draw(NAME),
    )


POINT = st.tuples(REAL, REAL)
NETWORKS = st.builds(
    m.Network,
    name=TEXT,
    nodes=tuples(st.builds(m.Node, ID, REAL, REAL, NAME, TEXT)),
    links=tuples(st.builds(m.Link, ID, ID, ID, REAL, WHOLE, REAL, NAME, TEXT, tuples(POINT))),
    lanes=tuples(st.builds(m.Lane, ID, ID, WHOLE, REAL, REAL, REAL)),
    movements=tuples(
        st.builds(m.Movement, ID, ID, ID, st.sampled_from(m.Turn), TEXT, WHOLE, st.booleans(), REAL)
    ),
    signals=st.lists(signals(), max_size=2, unique_by=lambda one: one.id).map(tuple),
    crossings=tuples(
        st.builds(m.Crossing, ID, ID, tuples(ID), REAL, TEXT, WHOLE, st.sampled_from(m.Zone))
    ),
    detectors=tuples(st.builds(m.Detector, ID, ID, st.sampled_from(m.DetectorKind), REAL, REAL)),
    corridors=tuples(st.builds(m.Corridor, ID, NAME, tuples(ID))),
    inflows=st.lists(
        st.builds(m.Inflow, ID, REAL.map(lambda one: (one,) * 24)),
        max_size=2,
        unique_by=lambda one: one.link,
    ).map(tuple),
    is_geographic=st.booleans(),
    source=TEXT,
)


def filled(network):
    """Return a network as tables tell it: what has its default when empty is not empty."""
    return msgspec.structs.replace(
        network,
        name=network.name or "network",
        links=tuple(
            msgspec.structs.replace(link, road_class=link.road_class or "secondary")
            for link in network.links
        ),
    )


@settings(deadline=None, max_examples=25)
@given(NETWORKS)
def test_nothing_is_lost_in_tables(network):
    network = filled(network)
    assert network_of_tables(tables_of(network)) == network
    assert network_of_tables(unzipped("a.zip", zipped(tables_of(network)))) == network


def test_the_same_network_gives_the_same_bytes():
    assert zipped(tables_of(crossroads(2))) == zipped(tables_of(crossroads(2)))


def test_a_folder_and_a_zip_in_a_folder_are_read_alike(tmp_path):
    network = crossroads(1)
    files = tables_of(network)
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    assert read_folder(tmp_path).network == network
    inside = zipped({f"city/{name}": body for name, body in files.items()})
    assert read_network("city.zip", inside).network == network


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_what_korean_spreadsheets_save_is_read(encoding):
    files = tables_of(crossroads(1))
    body = files["signals.txt"].decode().replace("\n", "\r\n")
    files["signals.txt"] = body.encode(encoding)
    assert network_of_tables(files).signals[0].name.ko == "삼덕동 교차로 1"


def edited(table, old, new):
    files = tables_of(crossroads(1))
    body = files[f"{table}.txt"].decode()
    assert old in body
    files[f"{table}.txt"] = body.replace(old, new, 1).encode()
    return files


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "column"),
    [
        ("links", "380.0", "far", 2, "length_m"),
        ("links", "380.0", "nan", 2, "length_m"),
        ("links", "length_m", "metres", 1, "length_m"),
        ("nodes", "e,", ",", 4, "node_id"),
        ("movements", ",through,", ",ahead,", 2, "turn"),
        ("lanes", "w-x001_0,w-x001,0", "w-x001_0,w-x001,0.5", 2, "index"),
        ("groups", "x001,1,", "x001,7,", None, "group"),
        ("groups", "x001,1,", "x009,1,", 3, "signal_id"),
        ("stages", "x001,0,", "x001,5,", None, "stage"),
        ("intergreens", "x001,0,", "x001,99,", 2, "from_group"),
        ("plan_steps", "x001,0,0", "x001,3,0", 2, "plan"),
        ("inflows", "w-x001,5,", "w-x001,4,", 7, "hour"),
        ("detectors", "camera", "ear", 2, "kind"),
    ],
)
def test_what_is_wrong_is_told_by_file_line_and_column(table, old, new, line, column):
    with pytest.raises(TableInvalid) as refused:
        network_of_tables(edited(table, old, new))
    assert refused.value.parts["file"] == f"{table}.txt"
    assert refused.value.parts["column"] == column
    assert line in (None, refused.value.parts["line"])


def test_a_quoted_cell_that_never_ends_is_told():
    with pytest.raises(TableInvalid, match=r"nodes\.txt"):
        network_of_tables(edited("nodes", "w,", '"w,'))


def test_a_table_that_is_needed_must_be_there():
    files = tables_of(crossroads(1))
    del files["groups.txt"]
    with pytest.raises(NetworkFileUnreadable, match=r"groups\.txt"):
        network_of_tables(files)


def test_optional_tables_and_columns_may_be_left_out():
    files = tables_of(crossroads(1))
    for name in ("crossings", "detectors", "corridors", "inflows", "feed_info"):
        del files[f"{name}.txt"]
    rows = files["lanes.txt"].decode().splitlines()
    files["lanes.txt"] = "\n".join(",".join(row.split(",")[:4]) for row in rows).encode()
    network = network_of_tables(files, "bare")
    assert network.name == "bare"
    assert network.crossings == ()
    assert {lane.saturation_veh_h for lane in network.lanes} == {1_800.0}


def test_columns_that_nobody_knows_and_empty_lines_are_passed_over():
    files = tables_of(crossroads(1))
    rows = files["nodes.txt"].decode().splitlines()
    files["nodes.txt"] = ("\n".join([rows[0] + ",colour", *[f"{r},red" for r in rows[1:]]])
                          + "\n\n,,,\n").encode()  # fmt: skip
    assert network_of_tables(files).nodes == crossroads(1).nodes


def test_a_newer_format_is_not_guessed_at():
    files = edited("feed_info", "\n1,", "\n2,")
    with pytest.raises(NetworkFileUnreadable, match="version"):
        network_of_tables(files)


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("dalgu.services.traffic.network.tables.MOST_MB", 0)
    with pytest.raises(NetworkFileTooLarge):
        unzipped("bomb.zip", zipped(tables_of(crossroads(1))))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_zip_are_refused_in_words(body):
    with pytest.raises(NetworkFileUnreadable):
        unzipped("a.zip", b"PK\x03\x04" + body)


def test_every_column_is_told_in_both_languages():
    for table in tables().values():
        assert table.about.ko != table.about.en
        for column in table.columns:
            assert column.en.endswith("."), column.name
            assert column.ko.endswith("."), column.name
