"""Why a stage was chosen: the numbers of a decision as sentences, for everybody to read."""

import numpy as np

from dalgu.kernel.text import Language, Text
from dalgu.services.traffic.signals.choice import CHANGING, MAX_RED, MIN_GREEN, min_green_s
from dalgu.services.traffic.signals.discharge import lane_table
from dalgu.services.traffic.signals.layout import BIN_S, BINS, Decision, Layout, Seen
from dalgu.web.language import phrase

SHOWN_LYING = 3


def reasons(layout: Layout, seen: Seen, decision: Decision, signal: int) -> list[Text]:
    """Return why signal number `signal` got its stage: what was seen, the rule, the comparison.

    Everything said is taken from `seen` and from the decision's numbers; nothing is reckoned
    anew, so the sentences are those of the decision as it was taken.
    """
    found = [_verdict(layout, seen, decision, signal), _sight(layout, seen, decision, signal)]
    found += _comparison(layout, decision, signal)
    found += _doubts(layout, seen, signal)
    return found


def _say(key: str, **values: object) -> Text:
    def of(language: Language) -> str:
        return phrase(language, f"signals.reason.{key}", **values)

    return Text(of("ko"), of("en"))


def _number(layout: Layout, stage: int) -> int:
    """Return a stage as people count: 1 is its signal's first."""
    return stage - int(layout.stage_first[layout.stage_signal[stage]]) + 1


def _verdict(layout: Layout, seen: Seen, decision: Decision, signal: int) -> Text:
    """Return which rule decided."""
    stage, running = int(decision.stage[signal]), int(seen.stage[signal])
    values = {"stage": _number(layout, stage), "running": _number(layout, running)}
    ruled = -1 if decision.ruled is None else int(decision.ruled[signal])
    if ruled == CHANGING:
        return _say("changing", **values, left=_one(seen.changing_s[signal]))
    if ruled == MIN_GREEN:
        least = _one(min_green_s(layout, seen.stage)[signal])
        return _say("min_green", **values, age=_one(seen.stage_age_s[signal]), least=least)
    if ruled == MAX_RED:
        return _say("max_red", **values, red=_one(_longest_red_s(layout, seen, stage)))
    return _say("kept" if stage == running else "changed", **values)


def _longest_red_s(layout: Layout, seen: Seen, stage: int) -> float:
    first = layout.group_first[layout.stage_signal[stage]]
    own = np.flatnonzero(layout.stage_group[stage])
    return float(seen.red_s[first + own].max(initial=0.0))


def _sight(layout: Layout, seen: Seen, decision: Decision, signal: int) -> Text:
    """Return what was seen in the lanes of the chosen stage, and in the others."""
    stage = int(decision.stage[signal])
    index, real = lane_table(layout)
    goes = layout.stage_lane[stage] & real[stage]
    held = ~layout.stage_lane[stage] & real[stage]
    lanes, others = index[stage][goes], index[stage][held]
    coming = seen.arriving_veh.sum(axis=1)
    return _say(
        "seen",
        stage=_number(layout, stage),
        queue=_whole(seen.queue_veh[lanes].sum()),
        coming=_whole(coming[lanes].sum()),
        within=_whole(BIN_S * BINS),
        other_queue=_whole(seen.queue_veh[others].sum()),
        other_wait=_whole(seen.waiting_s[others].max(initial=0.0)),
    )


def _comparison(layout: Layout, decision: Decision, signal: int) -> list[Text]:
    """Return what the chosen stage promised, and the next best: by what the controller reckons."""
    stage = int(decision.stage[signal])
    own = np.arange(layout.stage_first[signal], layout.stage_first[signal + 1])
    others = own[(own != stage) & np.isfinite(decision.score[own])]
    second = int(others[decision.score[others].argmax()]) if len(others) else None
    named = next((kind for kind, term in MARK.items() if term in decision.terms), None)
    if named is None:
        return []
    lines = [_promise(layout, decision, stage, named)]
    if second is not None and named != "green":
        lines.append(_promise(layout, decision, second, named, rival=True))
    return lines


# by which term a kind of controller is known
MARK = {
    "rate": "served_veh",
    "pressure": "upstream_veh",
    "extension": "extending_veh",
    "green": "green_s",
    "learned": "best_rate",
}


def _promise(
    layout: Layout, decision: Decision, stage: int, kind: str, *, rival: bool = False
) -> Text:
    values = {name: _one(term[stage]) for name, term in decision.terms.items()}
    values |= {"stage": str(_number(layout, stage)), "score": _two(decision.score[stage])}
    if "saturation" in decision.terms:
        values["saturation_pct"] = _whole(100.0 * decision.terms["saturation"][stage])
    return _say(f"{kind}_rival" if rival else kind, **values)


def _doubts(layout: Layout, seen: Seen, signal: int) -> list[Text]:
    """Return which detectors were not believed."""
    lanes = np.arange(layout.lane_first[signal], layout.lane_first[signal + 1])
    lying = [layout.lanes[lane] for lane in lanes[~seen.healthy[lanes]]]
    if not lying:
        return []
    return [_say("imputed", n=len(lying), lanes=", ".join(lying[:SHOWN_LYING]))]


def _one(value: float) -> str:
    return f"{float(value):.1f}"


def _two(value: float) -> str:
    return f"{float(value):.2f}"


def _whole(value: float) -> str:
    return f"{float(value):.0f}"
