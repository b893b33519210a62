"""Holding what comes in to the models: off, told about, or refused, for all types or by type.

Values of our own decoders and jobs are typed and fit by their making; judged are the documents of
other clients. A hub without validation has none of this and pays nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import msgspec

from dalgu.hub.document import types_of
from dalgu.hub.errors import BadRequestData, shown
from dalgu.hub.model import Document, Entity
from dalgu.hub.smart_data_models.catalogue import Model, catalogue
from dalgu.hub.smart_data_models.check import Check, Misfit
from dalgu.hub.smart_data_models.declared import DeclaredType, registry
from dalgu.kernel.clock import iso
from dalgu.store.records import Records
from dalgu.store.tables import Tables

COLLECTION = "hub.unfit"
MOST_KEPT = 1_000  # reports; the oldest makes room
MOST_MISFITS = 20  # of one entity in one report
MOST_PLANS = 5_000  # types whose judgement is remembered


class Mode(StrEnum):
    """What becomes of an entity that does not fit its model."""

    OFF = "off"
    REPORT = "report"
    ENFORCE = "enforce"


class ModelUnfit(BadRequestData):
    """An entity does not fit the Smart Data Model of its type, and the hub insists."""

    slug = "model-unfit"
    title = "The entity does not fit its model"

    def __init__(
        self, entity_type: str, model: str, attribute: str, said: str, others: int
    ) -> None:
        more = f" {others} more attributes do not fit either." if others else ""
        super().__init__(
            f"Attribute '{shown(attribute)}' of type '{shown(entity_type)}' {said}: so says "
            f"Smart Data Model {model}.{more} "
            f"`dalgu hub models show {model}` lists what it allows.",
            entity_type=shown(entity_type),
            attribute=shown(attribute),
            model=model,
            misfits=others + 1,
        )


class Unfit(msgspec.Struct, frozen=True):
    """One report: an entity that was stored although it does not fit its model."""

    number: int
    at: str
    tenant: str
    entity: str
    entity_type: str
    model: str
    misfits: tuple[Misfit, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    mode: Mode
    check: Check


@dataclass(slots=True)
class Validation:
    """What is asked of entities, by type; and how many did not hold.

    Parameters
    ----------
    general
        What becomes of an unfit entity of any type that follows a model.
    by_type
        The same for single types, by their short names or IRIs.
    declared
        The platform's own types: the model each follows, and where it departs.
    """

    general: Mode
    by_type: Mapping[str, Mode] = field(default_factory=dict)
    declared: Mapping[str, DeclaredType] = field(default_factory=dict)
    reported: int = 0
    refused: int = 0
    _plans: dict[str, _Plan | None] = field(default_factory=dict)
    _next: int | None = None

    def judge_given(
        self, tables: Tables, given: Iterable[Entity | Document], tenant: str, at: datetime
    ) -> None:
        """Look at the documents among what is given; typed values fit by their making."""
        for one in given:
            if not isinstance(one, Entity):
                self.judge(tables, one, one, About(one["id"], tenant, at, is_new=False))

    def judge(
        self, tables: Tables, document: Document, names: Iterable[str], about: "About"
    ) -> None:
        """Look at the named attributes of an entity that is about to be stored.

        Raises
        ------
        ModelUnfit
            When it does not fit and its type is held to its model.
        """
        for entity_type in types_of(document):
            plan = self._plan(entity_type)
            if plan is None:
                continue
            misfits = plan.check.misfits(document, names, whole=about.is_new)
            if misfits:
                self._tell(tables, plan, entity_type, misfits, about)

    def _tell(
        self, tables: Tables, plan: _Plan, entity_type: str, misfits: list[Misfit], about: "About"
    ) -> None:
        if plan.mode is Mode.ENFORCE:
            self.refused += 1
            first, model = misfits[0], plan.check.model.full_name
            said = f"{first.expected}, and is {first.found}"
            raise ModelUnfit(entity_type, model, first.attribute, said, len(misfits) - 1)
        self.reported += 1
        if self._next is None:
            self._next = max((one.number for one in unfit(tables.records)), default=0) + 1
        report = Unfit(
            self._next,
            iso(about.at),
            about.tenant,
            about.entity,
            entity_type,
            plan.check.model.full_name,
            tuple(misfits[:MOST_MISFITS]),
        )
        key = f"{self._next % MOST_KEPT:04d}"
        self._next += 1
        tables.records.put(COLLECTION, key, msgspec.json.encode(report))

    def _plan(self, entity_type: str) -> _Plan | None:
        if entity_type not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            self._plans[entity_type] = self._planned(entity_type)
        return self._plans[entity_type]

    def _planned(self, entity_type: str) -> _Plan | None:
        declared = self.declared.get(entity_type)
        model = _model_of(entity_type) if declared is None else declared.model
        if model is None:
            return None
        names = (entity_type, model.iri, model.full_name, model.name)
        mode = next((self.by_type[one] for one in names if one in self.by_type), self.general)
        free = frozenset[str]() if declared is None else declared.departures
        return None if mode is Mode.OFF else _Plan(mode, Check(model, free))


@dataclass(frozen=True, slots=True)
class About:
    """Which entity is judged, when, and whether it is new: then gaps count, too."""

    entity: str
    tenant: str
    at: datetime
    is_new: bool


def _model_of(entity_type: str) -> Model | None:
    """Return the model of a stored type name: by IRI, or by a name that one model alone has."""
    known = catalogue()
    if entity_type in known.by_iri:
        return known.by_iri[entity_type]
    named = [one for one in known.by_name.get(entity_type.lower(), ()) if one.name == entity_type]
    return named[0] if len(named) == 1 else None


def unfit(records: Records) -> list[Unfit]:
    """Return the reports that are kept, newest first."""
    found = [msgspec.json.decode(body, type=Unfit) for _, body in records.all(COLLECTION)]
    return sorted(found, key=lambda one: -one.number)


def modes(text: str) -> dict[str, Mode]:
    """Return the choices by type of a setting.

    >>> modes("OffStreetParking=enforce, Alert=off")["Alert"].value
    'off'
    """
    pairs = (part.strip().rpartition("=") for part in text.split(",") if part.strip())
    return {name: Mode(mode) for name, _, mode in pairs}


def validation(
    general: str, by_type: str | None, types: Iterable[type[Entity]]
) -> Validation | None:
    """Return what the settings ask for; `None` where all is off."""
    chosen = modes(by_type or "")
    if all(mode is Mode.OFF for mode in (Mode(general), *chosen.values())):
        return None
    return Validation(Mode(general), chosen, registry(types))
