"""One thing a meter gives reason to suspect, and what all rules found together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.hub.model import Place, Plain
from dalgu.kernel.ids import EntityId

Figures = Mapping[str, float | int | str]


class Kind(StrEnum):
    """What is suspected or told; the `subCategory` of its alert."""

    CONTINUOUS_FLOW = "continuousFlow"
    INTERMITTENT_FLOW = "intermittentFlow"
    BURST = "burst"
    BACK_FLOW = "backFlow"
    NO_USE = "noUse"
    CARE_NO_USE = "careNoUse"  # of somebody who agreed that the care team is told
    FROZEN = "frozenMeter"
    TAMPER = "tamper"
    LOW_BATTERY = "lowBattery"
    METER_ERROR = "meterError"
    MISSING_READS = "missingReads"
    GATEWAY_SILENT = "gatewaySilent"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a flag is about: a meter, or a gateway."""

    id: EntityId
    location: Place = None
    origin: Plain = None


@dataclass(frozen=True, slots=True)
class Flag:
    """One kind of suspicion about one subject, at the end of the hours that gave rise to it."""

    subject: Subject
    kind: Kind
    at: datetime
    severity: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Findings:
    """Flags, and for each kind the subjects of which it is known that they give none."""

    flags: list[Flag] = field(default_factory=list)
    cleared: dict[Kind, set[EntityId]] = field(default_factory=dict)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings([*self.flags, *other.flags], {**self.cleared, **other.cleared})
