"""Commands with parts that nobody means: a typed refusal, or a log that can still be read."""

import copy
import json
import random
from datetime import timedelta

import msgspec
import pytest

from dalgu.access.actor import CONSOLE, Actor, Role
from dalgu.certification.process.codec import command_of, decode, encode
from dalgu.certification.process.due import deadlines
from dalgu.certification.process.fold.fold import fold
from dalgu.certification.process.rules.follow import follow
from dalgu.certification.process.steps import next_steps
from dalgu.certification.process.table import tag_of
from dalgu.certification.process.views import dossier, summaries
from dalgu.certification.process.words import Stage
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError

ODD = (
    None, True, -1, 0, 2**31, 2**63, 1e308, -1e308, 10**400, "", "x", "x" * 9_000, "\0", "\ud7ff",
    "0001-01-01", "9999-12-31", "2026-02-30", [], {}, ["x"], "R1", "Q1", "r1", "mayor", "a\nb",
)  # fmt: skip
DAYS = ("0001-01-01", "1582-10-10", "2026-02-28", "2100-01-01", "9999-12-30", "9999-12-31")
SEEDS = 600
LATER = (timedelta(0), timedelta(days=400))
PEOPLE = (CONSOLE, *(Actor(name, Role.VIEWER) for name in ("mayor", "operator", "r1", "nobody")))


@pytest.fixture
def asked(town):
    """Every command of the straight way, with the world before it, who asked and when."""
    noted = []
    real = town.desk.do

    async def do(actor, command):
        noted.append((await town.desk.world(), actor, command, town.clock.now()))
        return await real(actor, command)

    town.desk.do = do
    town.until(Stage.GRANTED)
    by_kind = {tag_of(type(one[2])): one for one in noted}
    return list(by_kind.values()), town.desk._judges


def places(node, path=()):
    """Yield the path of every node of a JSON tree."""
    yield path
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield from places(child, (*path, key)) if isinstance(child, dict | list) else [(*path, key)]


def spoiled(rng, command):
    """The parts of a command with one or two of them replaced."""
    tree = msgspec.json.decode(msgspec.json.encode(command))
    for _ in range(rng.randint(1, 2)):
        *path, last = rng.choice([path for path in places(tree) if path])
        node = tree
        for key in path:
            node = node[key]
        node[last] = copy.deepcopy(rng.choice(rng.choice([ODD, DAYS])))
    return json.dumps(tree).encode()


def test_a_spoiled_command_is_refused_by_type_or_leaves_a_log_that_reads(asked):
    commands, judges = asked
    taken = 0
    for seed in range(SEEDS):
        rng = random.Random(seed)
        world, actor, command, at = rng.choice(commands)
        events = events_of(world, actor, tag_of(type(command)), spoiled(rng, command), at, judges)
        entries = [
            decode(world.seq + 1 + place, encode(at, actor.id, "operator", event), "d")
            for place, event in enumerate(events)
        ]
        assert [one.event for one in entries] == list(events), seed
        look_at(fold(entries, world), at, judges)
        taken += bool(events)
    assert taken > SEEDS / 40  # some odd parts are somebody's right


def events_of(world, actor, name, body, at, judges):
    """What a command leads to; nothing where it is refused by type."""
    try:
        return follow(world, command_of(name, body), actor, at, judges)[1]
    except DalguError as refused:
        assert refused.detail.endswith(".")  # noqa: PT017 - a refusal is a sentence
        return ()


def look_at(world, at, judges):
    """Ask all that pages ask, today and long after."""
    for now in (at + later for later in LATER):
        today = local(now).date()
        deadlines(world, today)
        world.holders_on(today)
        for person in PEOPLE:
            summaries(world, person, today)
            for case in world.cases.values():
                next_steps(world, case, person, now, judges)
                seen_by(world, case, person, now, judges)


def seen_by(world, case, person, now, judges):
    try:
        msgspec.json.encode(dossier(world, case, person, now, judges))
    except DalguError as barred:
        assert barred.status in (403, 404)  # noqa: PT017 - who has no part in a case
