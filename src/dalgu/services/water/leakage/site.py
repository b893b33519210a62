"""What a watch is told before its first day: the tables of its site, and its rules."""

from dataclasses import dataclass

from dalgu.services.water.leakage.calibration import Modes
from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Rules:
    """When to suspect, to report, to call repaired. Evidence is a log Bayes factor.

    Fixed on artificial leaks at random pipes of L-Town (`benchmarks/water/leakage`), two towns
    of 30 leaks each; a city may lower `report` for more leaks found and more dug in vain.
    """

    suspect: float = 17.0  # worth a look at every pipe
    ceased: float = 12.0  # a known leak has stopped: no place is in doubt
    report: float = 25.0
    report_first: float = 18.0  # for what has leaked since before the record
    report_mass: float = 0.8  # of the probability within a walk, for a report at once
    least_days: int = 2
    patience_days: int = 14  # then it is reported wherever it is likeliest
    shadow_days: int = 8
    shadow: float = 4.0  # times the evidence, for a small leak that begins with a larger one
    young_days: int = 75  # so long a leak may still grow
    review_days: tuple[int, ...] = (
        7,
        14,
        28,
        56,
    )  # after its report, a leak's place is judged anew
    move: float = 4.0  # more evidence for another place, and it is moved there
    repaired_m3h: float = 1.5
    smallest_m3h: float = 1.5
    rest: float = 0.15  # of a leak's size: what misplacing leaves of a repaired one
    dry_days: int = 4
    dry_m3h: float = 0.7
    around_m: float = 200.0  # how far a leak is from where it is put, usually
    lasting: float = 4.0  # days that an error of place counts for, as it does not average out
    misjudged: float = 0.03  # of a mark, by the model's other errors
    settle_days: int = 10  # between two changes of one leak
    look_days: int = 3
    stride_days: int = 5  # between two suspected beginnings
    window_days: int = 60  # for so long a beginning is suspected


USUAL_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Site:
    """What does not change with the days: marks, errors, noise, distances, lengths.

    `weights` shape (days, parts, levels); `distance_m` shape (pipes, pipes) and `length_m`
    shape (pipes,) in the order of `table.pipes`.
    """

    table: Signatures
    errors: Modes
    noise: Floats
    gauges: int
    weights: Floats
    distance_m: Floats
    length_m: Floats
