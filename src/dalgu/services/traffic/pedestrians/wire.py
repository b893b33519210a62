"""What roadside detection says of a crossing, and back: counts and seconds, never a track.

Profile `crossing-watch`: `waiting` and `walking` people now, `clear_in_s` until the slowest has
left; since the last message: `cautions` (kind, post_encroachment_s, closest_in_s, likelihood; of
kind `right-turn` duty, braking_mps2, closest_in_s), `encounters` (their post-encroachment times)
and `turns` to the right (duty, stopped). Tracks stay in the detector.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing
from dalgu.services.traffic.pedestrians.refusals import CrossingWatchInvalid
from dalgu.services.traffic.pedestrians.turning import FRICTION_MPS2, Turned, Unstopped

WATCH_PROFILE = "crossing-watch"
KINDS = ("turning", "ahead", "still-crossing")
RIGHT_TURN = "right-turn"
STOPS = (TurnDuty.WAIT, TurnDuty.STOP, TurnDuty.YIELD)
MOST_PEOPLE = 1_000
MOST_S = 3_600.0
MOST_LISTED = 100
NEAR_S = 5.0
SEVERE_S = 1.5


@dataclass(frozen=True, slots=True)
class Given:
    """One caution: what was predicted."""

    kind: str
    post_encroachment_s: float
    closest_in_s: float
    likelihood: float


def decode_watch(uplink: Uplink) -> list[Entity]:
    """Return the crossing as it is now, and each caution.

    Raises
    ------
    CrossingWatchInvalid
        When a count, a number of seconds or a kind is none.
    """
    waiting, walking = _people(uplink, "waiting"), _people(uplink, "walking")
    encounters = [_number(uplink, one, -MOST_S) for one in _listed(uplink, "encounters")]
    given = [_given(uplink, one) for one in _listed(uplink, "cautions")]
    turned = Counter(_turned(uplink, one) for one in _listed(uplink, "turns"))
    clear = uplink.values.get("clear_in_s")
    if walking and clear is None:
        raise CrossingWatchInvalid(uplink.device, "has people on the crossing and no clear_in_s")
    crossing = PedestrianCrossing(
        id=uplink.entity,
        observed_at=uplink.observed_at,
        waiting_count=waiting,
        walking_count=walking,
        clear_in=0.0 if clear is None else _number(uplink, clear, 0.0),
        caution_count=len(given),
        encounter_count=sum(each < NEAR_S for each in encounters),
        severe_count=sum(each < SEVERE_S for each in encounters),
        **_turns(turned),
    )
    return [crossing, *(_caution(uplink, place, one) for place, one in enumerate(given))]


def encode_watch(
    waiting: int,
    walking: int,
    clear_in_s: float | None = None,
    *,
    cautions: Sequence[Given | Unstopped] = (),
    encounters: Sequence[float] = (),
) -> dict[str, JSON]:
    """Return the fields that a detector's codec gives."""
    fields: dict[str, JSON] = {"waiting": waiting, "walking": walking}
    if clear_in_s is not None:
        fields["clear_in_s"] = clear_in_s
    if cautions:
        fields["cautions"] = [_said(one) for one in cautions]
    if encounters:
        fields["encounters"] = list(encounters)
    return fields


def encode_turns(turned: Sequence[Turned]) -> dict[str, JSON]:
    """Return what a detector's codec adds for the right turns since its last message."""
    if not turned:
        return {}
    return {"turns": [{"duty": one.duty.value, "stopped": one.has_stopped} for one in turned]}


def _said(caution: Given | Unstopped) -> dict[str, JSON]:
    if isinstance(caution, Unstopped):
        return {
            "kind": RIGHT_TURN,
            "duty": caution.duty.value,
            "braking_mps2": caution.braking_mps2,
            "closest_in_s": caution.line_in_s,
        }
    return {
        "kind": caution.kind,
        "post_encroachment_s": caution.post_encroachment_s,
        "closest_in_s": caution.closest_in_s,
        "likelihood": caution.likelihood,
    }


def _turns(turned: Counter[Turned]) -> dict[str, Any]:
    """Return the counts of the duties that there were: what nobody owed is not told as 0."""
    told: dict[str, Any] = {}
    for duty in STOPS:
        kept, broken = turned[Turned(duty, True)], turned[Turned(duty, False)]
        if kept or broken:
            told |= {f"{duty}_kept_count": kept, f"{duty}_broken_count": broken}
    slow = sum(n for one, n in turned.items() if one.duty is TurnDuty.SLOW)
    return told | ({"slow_count": slow} if slow else {})


def _caution(uplink: Uplink, place: int, given: Given | Unstopped) -> CrossingCaution:
    local = uplink.entity.split(":", 3)[-1]
    # Named after the millisecond: a message that arrives twice gives one caution.
    moment = round(uplink.observed_at.timestamp() * 1000)
    name = entity_id("CrossingCaution", local, str(moment), str(place))
    if isinstance(given, Unstopped):
        return CrossingCaution(
            id=name,
            observed_at=uplink.observed_at,
            ref_crossing=uplink.entity,
            kind=RIGHT_TURN,
            severity="high" if given.is_emergency else "medium",
            duty=given.duty.value,
            braking=given.braking_mps2,
            closest_in=given.line_in_s,
        )
    return CrossingCaution(
        id=name,
        observed_at=uplink.observed_at,
        ref_crossing=uplink.entity,
        kind=given.kind,
        severity="high" if given.post_encroachment_s < SEVERE_S else "medium",
        post_encroachment=given.post_encroachment_s,
        closest_in=given.closest_in_s,
        likelihood=given.likelihood,
    )


def _given(uplink: Uplink, told: object) -> Given | Unstopped:
    if isinstance(told, Mapping) and told.get("kind") == RIGHT_TURN:
        return Unstopped(
            _duty(uplink, told, STOPS),
            _number(uplink, told.get("closest_in_s"), 0.0),
            _number(uplink, told.get("braking_mps2"), 0.0, FRICTION_MPS2),
        )
    if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
        known = (*KINDS, RIGHT_TURN)
        raise CrossingWatchInvalid(uplink.device, f"has a caution that is none of {known}")
    likelihood = _number(uplink, told.get("likelihood"), 0.0)
    if likelihood > 1:
        raise CrossingWatchInvalid(uplink.device, "has a likelihood past 1")
    return Given(
        str(told["kind"]),
        _number(uplink, told.get("post_encroachment_s"), -MOST_S),
        _number(uplink, told.get("closest_in_s"), 0.0),
        likelihood,
    )


def _turned(uplink: Uplink, told: object) -> Turned:
    if not isinstance(told, Mapping) or not isinstance(told.get("stopped"), bool):
        raise CrossingWatchInvalid(uplink.device, "has a turn that does not say whether it stopped")
    return Turned(_duty(uplink, told, tuple(TurnDuty)), bool(told["stopped"]))


def _duty(uplink: Uplink, told: Mapping[str, object], known: Sequence[TurnDuty]) -> TurnDuty:
    for duty in known:
        if told.get("duty") == duty.value:
            return duty
    names = [one.value for one in known]
    raise CrossingWatchInvalid(uplink.device, f"has a duty that is none of {names}")


def _people(uplink: Uplink, name: str) -> int:
    value = uplink.values.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_PEOPLE:
        raise CrossingWatchInvalid(uplink.device, f"has no count of people for '{name}'")
    return value


def _listed(uplink: Uplink, name: str) -> Sequence[object]:
    value = uplink.values.get(name, [])
    if not isinstance(value, list | tuple) or len(value) > MOST_LISTED:
        raise CrossingWatchInvalid(uplink.device, f"has no list of at most {MOST_LISTED} '{name}'")
    return value


def _number(uplink: Uplink, value: object, least: float, most: float = MOST_S) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CrossingWatchInvalid(uplink.device, "has a number that is none")
    if not least <= value <= most:
        raise CrossingWatchInvalid(uplink.device, f"has a number outside {least:g} to {most:g}")
    return float(value)
