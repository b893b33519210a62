"""What roadside detection says of a crossing, and back: counts and seconds, never a track.

Profile `crossing-watch`: `waiting` and `walking` people now, `clear_in_s` until the slowest has
left; since the last message: `cautions` (kind, post_encroachment_s, closest_in_s, likelihood)
and `encounters` (their post-encroachment times). Tracks stay in the detector.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dalgu.devices.uplink import Uplink
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing
from dalgu.services.traffic.pedestrians.refusals import CrossingWatchInvalid

WATCH_PROFILE = "crossing-watch"
KINDS = ("turning", "ahead", "still-crossing")
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
    encounters = [_seconds(uplink, one, -MOST_S) for one in _listed(uplink, "encounters")]
    given = [_given(uplink, one) for one in _listed(uplink, "cautions")]
    clear = uplink.values.get("clear_in_s")
    if walking and clear is None:
        raise CrossingWatchInvalid(uplink.device, "has people on the crossing and no clear_in_s")
    crossing = PedestrianCrossing(
        id=uplink.entity,
        observed_at=uplink.observed_at,
        waiting_count=waiting,
        walking_count=walking,
        clear_in=0.0 if clear is None else _seconds(uplink, clear, 0.0),
        caution_count=len(given),
        encounter_count=sum(each < NEAR_S for each in encounters),
        severe_count=sum(each < SEVERE_S for each in encounters),
    )
    return [crossing, *(_caution(uplink, place, one) for place, one in enumerate(given))]


def encode_watch(
    waiting: int,
    walking: int,
    clear_in_s: float | None = None,
    *,
    cautions: Sequence[Given] = (),
    encounters: Sequence[float] = (),
) -> dict[str, JSON]:
    """Return the fields that a detector's codec gives."""
    fields: dict[str, JSON] = {"waiting": waiting, "walking": walking}
    if clear_in_s is not None:
        fields["clear_in_s"] = clear_in_s
    if cautions:
        fields["cautions"] = [
            {
                "kind": one.kind,
                "post_encroachment_s": one.post_encroachment_s,
                "closest_in_s": one.closest_in_s,
                "likelihood": one.likelihood,
            }
            for one in cautions
        ]
    if encounters:
        fields["encounters"] = list(encounters)
    return fields


def _caution(uplink: Uplink, place: int, given: Given) -> CrossingCaution:
    local = uplink.entity.split(":", 3)[-1]
    # Named after the millisecond: a message that arrives twice gives one caution.
    moment = round(uplink.observed_at.timestamp() * 1000)
    return CrossingCaution(
        id=entity_id("CrossingCaution", local, str(moment), str(place)),
        observed_at=uplink.observed_at,
        ref_crossing=uplink.entity,
        kind=given.kind,
        post_encroachment=given.post_encroachment_s,
        closest_in=given.closest_in_s,
        likelihood=given.likelihood,
    )


def _given(uplink: Uplink, told: object) -> Given:
    if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
        raise CrossingWatchInvalid(uplink.device, f"has a caution that is none of {KINDS}")
    likelihood = _seconds(uplink, told.get("likelihood"), 0.0)
    if likelihood > 1:
        raise CrossingWatchInvalid(uplink.device, "has a likelihood past 1")
    return Given(
        str(told["kind"]),
        _seconds(uplink, told.get("post_encroachment_s"), -MOST_S),
        _seconds(uplink, told.get("closest_in_s"), 0.0),
        likelihood,
    )


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


def _seconds(uplink: Uplink, value: object, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CrossingWatchInvalid(uplink.device, "has a number that is none")
    if not least <= value <= MOST_S:
        raise CrossingWatchInvalid(uplink.device, f"has a number outside {least:g} to {MOST_S:g}")
    return float(value)
