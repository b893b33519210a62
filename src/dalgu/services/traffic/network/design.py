"""The signals of one intersection, designed from its geometry where nobody has told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from dalgu.kernel.text import Text
from dalgu.services.traffic.network.clearing import intergreens
from dalgu.services.traffic.network.default_plans import Setting
from dalgu.services.traffic.network.junction import Arm, Path
from dalgu.services.traffic.network.model import Crossing, Movement, Signal, Zone
from dalgu.services.traffic.network.staging import Flow, Style, Walk, stage, walk_length_m


@dataclass(frozen=True, slots=True)
class Site:
    """An intersection to be signalled. `crossed` are the arms that pedestrians cross."""

    id: str
    nodes: tuple[str, ...]
    arms: tuple[Arm, ...]
    crossed: tuple[int, ...]
    name: Text = Text("", "")
    styles: Mapping[tuple[int, ...], Style] = field(default_factory=dict)
    zones: Mapping[int, Zone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Designed:
    """A signal without plans, and what it rules."""

    signal: Signal
    movements: tuple[Movement, ...]
    crossings: tuple[Crossing, ...]

    def setting(self, ratio: Sequence[float]) -> Setting:
        """Return what plans are reckoned for."""
        one = self.signal
        return Setting(one.groups, one.intergreen_s, one.stages, ratio)


def design(site: Site, movements: Iterable[Movement], lane_link: Mapping[str, str]) -> Designed:
    """Give an intersection groups, stages and intergreens.

    Parameters
    ----------
    site
        Its arms; links are found by them.
    movements
        All that begin at the links that end here, without a signal yet.
    lane_link
        Link of each lane.

    """
    mine = list(movements)
    flows = [_flow(site, movement, mine, lane_link) for movement in mine]
    walks = [_walk(site, arm) for arm in site.crossed]
    staged = stage(site.arms, flows, walks, site.styles)
    signal = Signal(
        id=site.id,
        nodes=site.nodes,
        groups=staged.groups,
        intergreen_s=intergreens(site.arms, staged, flows, walks),
        stages=staged.stages,
        plans=(),
        name=site.name,
    )
    ruled = tuple(
        msgspec.structs.replace(
            one,
            signal=site.id,
            group=staged.group_of[one.id],
            permissive=one.id in staged.permissive,
        )
        for one in mine
    )
    crossings = tuple(
        _crossing(site, walk, staged.group_of[walk.id])
        for walk in walks
        if walk.id in staged.group_of
    )
    return Designed(signal, ruled, crossings)


def _flow(
    site: Site, movement: Movement, all_: Sequence[Movement], lane_link: Mapping[str, str]
) -> Flow:
    start = next(n for n, arm in enumerate(site.arms) if arm.enters == lane_link[movement.lane])
    end = next(n for n, arm in enumerate(site.arms) if arm.leaves == movement.exit)
    turns = {one.turn for one in all_ if one.lane == movement.lane}
    path = Path(start, end, movement.turn)
    return Flow(movement.id, movement.lane, path, is_shared=len(turns) > 1)


def _walk(site: Site, arm: int) -> Walk:
    zone = site.zones.get(arm, Zone.NONE)
    return Walk(f"{site.id}-c{arm}", arm, walk_length_m(site.arms[arm]), zone)


def _crossing(site: Site, walk: Walk, group: int) -> Crossing:
    arm = site.arms[walk.arm]
    over = tuple(link for link in (arm.enters, arm.leaves) if link)
    return Crossing(
        walk.id, site.nodes[0], over, round(walk.length_m, 2), site.id, group, walk.zone
    )
