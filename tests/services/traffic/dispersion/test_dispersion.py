import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.services.traffic.dispersion.blocks import compiled_blocks

from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import Actor, Role
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion import drafting, effect
from dalgu.services.traffic.dispersion.dispersion import Asked, Dispersion, phases_of
from dalgu.services.traffic.dispersion.entities import draw
from dalgu.services.traffic.dispersion.errors import SignTextTooLong
from dalgu.services.traffic.dispersion.messages import Cause
from dalgu.services.traffic.dispersion.refusals import (
    ClosureInvalid,
    DispersionPlanNotExisting,
    DispersionStepOther,
    MessageSignBusy,
    MessageSignTaken,
)
from dalgu.services.traffic.dispersion.state import Step
from dalgu.store.sqlite import Store

MORNING = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)  # Monday, 09:00 in Daegu
OPERATOR = Actor("person:operator", Role.OPERATOR)


class Steering:
    """What the room asks of control: the streets in force, and plans laid before operators."""

    def __init__(self):
        self.built = compiled_blocks()
        self.state = SimpleNamespace(network=SimpleNamespace(digest="blocks"))
        self.proposed, self.ended = [], []

    def network(self):
        return self.built.network

    def compiled(self):
        return self.built

    require = compiled

    async def propose_plan(self, signal, plan, why, actor):
        self.proposed.append((signal, plan))
        return len(self.proposed)

    async def end_plan(self, number, why, actor):
        self.ended.append(number)


class Town:
    """The room on a real ground; `town.again()` is it after a restart."""

    def __init__(self, folder, runner):
        self.runner, self.clock = runner, ManualClock(MORNING)
        self.store = Store.open(folder / "city.db")
        self.access = Access(self.store, self.clock, key_file=folder / "dalgu.key")
        self.folder, self.steering = folder, Steering()
        self.again()

    def again(self):
        book = Logbook(self.store, self.clock, self.access.book("traffic"))
        self.ground = Ground(
            hub=LocalHub(self.store, self.clock), store=self.store, clock=self.clock,
            access=self.access, city=cities.load("daegu"), settings=Settings(),
            folder=self.folder, book=book,
        )  # fmt: skip
        self.room = Dispersion(self.ground, self.steering)
        book.load()
        return self.room

    def run(self, work):
        return self.runner.run(work)

    def close_street(self, *links, **more):
        return self.run(self.room.draw(Asked(links, Cause.ACCIDENT, **more), OPERATOR))


def told_of(town, sign):
    """Return the entity of a sign as the newest entry draws it."""
    drawn = draw(town.room, town.room.state.told[-1:])
    return next(one for one in drawn if one.id == entity_id("VariableMessageSign", sign))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """One town for all: a plan takes a second to think through."""
    kept = effect.WARM_UP_S, effect.RUN_S, drafting.LEAST_SAVED_S
    effect.WARM_UP_S, effect.RUN_S = 60.0, 60.0
    drafting.LEAST_SAVED_S = -60.0  # among equal blocks a sign saves nobody much
    with asyncio.Runner() as runner:
        made = Town(tmp_path_factory.mktemp("town"), runner)
        yield made
        runner.run(made.store.close())
    effect.WARM_UP_S, effect.RUN_S, drafting.LEAST_SAVED_S = kept


@pytest.fixture(scope="module")
def plan(town):
    """A plan for the busiest street of the middle, with signs at the streets that lead to it."""
    for n, link in enumerate(("o02-x12", "x12-x22", "x21-x22", "x23-x22")):
        town.run(town.room.place(d.SignPlaced(f"v{n}", link, Text("", ""), 3, 24, 2)))
    return town.room.plan(town.close_street("x22-x32"))


def test_a_closed_street_is_thought_through_to_signs_and_texts(plan):
    draft = plan.draft
    assert draft.reckoned.relative_gap <= 1e-4
    assert draft.reckoned.alone_h > draft.reckoned.usual_h
    assert draft.reckoned.bound_vph == pytest.approx(
        next(one.usual_vph for one in draft.changes if one.link == "x22-x32"), abs=1.0
    )
    assert draft.signs
    for sign in draft.signs:
        assert sign.followed_vph == pytest.approx(drafting.FOLLOWS * sign.passing_vph, abs=0.2)
        assert sign.extra_s > 0
        assert sum(split.advised for split in sign.splits) == pytest.approx(1.0, abs=1e-3)
    assert draft.signs[0].ko[0] == ("2가2로네거리 사고", "전면 통제")
    assert draft.signs[0].en[0][0].startswith("CRASH CROSSING 2-2")


def test_the_effect_is_simulated_with_the_same_vehicles(plan):
    told = plan.draft.effect
    assert told.alone.mean_delay_s > 0
    assert told.signs.mean_delay_s > 0
    assert told.alone.arrived > 0


def test_a_text_is_edited_within_its_sign_and_kept_over_a_restart(town, plan):
    sign = plan.draft.signs[0].sign
    with pytest.raises(SignTextTooLong):
        town.run(town.room.edit(plan.number, sign, ("가" * 13, "X"), OPERATOR))
    town.run(town.room.edit(plan.number, sign, ("사고\n통제\n\n우회", "CRASH"), OPERATOR))
    again = town.again()
    assert again.plan(plan.number).words[sign].ko == (("사고", "통제"), ("우회",))
    assert again.plan(plan.number).words[sign].en == (("CRASH",),)


def test_a_sent_plan_lights_its_signs_and_a_withdrawn_one_darkens_them(town, plan):
    number = town.close_street("x22-x32")
    signs = [one.sign for one in town.room.plan(number).draft.signs]
    town.run(town.room.send(number, signs, OPERATOR))
    proposed = len(town.room.plan(number).draft.plans)
    assert len(town.steering.proposed) >= proposed
    assert town.room.state.showing(signs[0]).number == number
    sign = told_of(town, signs[0])
    assert sign.is_showing
    assert sign.message.startswith("2가2로네거리 사고 | 전면 통제")
    assert sign.command.startswith("[pt")
    other = town.close_street("x22-x32")
    with pytest.raises(MessageSignBusy):
        town.run(town.room.send(other, signs, OPERATOR))
    with pytest.raises(MessageSignBusy):
        town.run(town.room.remove(signs[0], OPERATOR))
    town.run(town.room.withdraw(number, "도로가 열렸다", OPERATOR))
    assert town.room.state.showing(signs[0]) is None
    assert len(town.steering.ended) == proposed
    sign = told_of(town, signs[0])
    assert not sign.is_showing
    assert sign.command == ""
    with pytest.raises(DispersionStepOther):
        town.run(town.room.send(number, signs, OPERATOR))


def test_a_lane_can_be_closed_alone(town):
    number = town.close_street("x22-x32", capacity_share=0.5)
    draft = town.room.plan(number).draft
    assert draft.reckoned.alone_h >= draft.reckoned.usual_h
    assert draft.reckoned.bound_vph > 0
    assert draft.reckoned.relative_gap <= 1e-4


def test_counts_of_links_move_the_demand(town):
    at = town.clock.now()
    entity = {
        "id": entity_id("TrafficFlowObserved", "link-x12-x22"),
        "type": "TrafficFlowObserved",
        "intensity": {
            "type": "Property", "value": 990.0, "unitCode": "E34",
            "observedAt": at.isoformat().replace("+00:00", "Z"),
        },
    }  # fmt: skip
    town.run(town.ground.hub.upsert([entity]))
    town.run(town.room.make_ready(town.ground.hub, town.clock))
    ready = town.room.town
    link = ready.streets.links.index("x12-x22")
    counted = ready.streets.link_flow(ready.usual.flow_vph)[link]
    assert counted == pytest.approx(990.0, rel=0.1)


def test_what_cannot_be_closed_or_placed_is_refused(town, plan):
    with pytest.raises(ClosureInvalid, match="no link 'nowhere'"):
        town.close_street("nowhere")
    with pytest.raises(ClosureInvalid, match="what is left"):
        town.close_street("x22-x32", capacity_share=1.0)
    with pytest.raises(MessageSignTaken):
        town.run(town.room.place(d.SignPlaced("v0", "x33-x32", Text("", ""), 2, 20, 2)))
    with pytest.raises(ClosureInvalid, match="columns"):
        town.run(town.room.place(d.SignPlaced("w", "x33-x32", Text("", ""), 2, 4, 2)))
    with pytest.raises(DispersionPlanNotExisting):
        town.room.plan(999)


def test_signs_are_proposed_where_none_stand(town, plan):
    before = len(town.room.state.signs)
    placed = town.run(town.room.place_proposed(most=3))
    assert len(town.room.state.signs) == before + placed
    assert all(issubclass(one, DalguError) for one in (MessageSignBusy, MessageSignTaken))


def test_an_empty_line_parts_phases():
    assert phases_of("사고\r\n통제\r\n\r\n우회 ") == ("사고\n통제", "우회")
    assert phases_of(" \n ") == ()


def test_steps_are_told_in_order():
    assert [step.value for step in Step] == ["drawn", "sent", "withdrawn"]
