"""Standard operating procedures: versioned checklists, kept as data beside this file.

Each file holds every version of one procedure. An incident keeps the version that was the newest
when it began; what changes later is for those that begin later.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from dalgu.center.incidents.refusals import ProcedureUnknown
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Part
from dalgu.kernel.text import Text

FOLDER = Path(__file__).parent
GENERAL = "general"  # what is followed where no other fits


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in both languages, as a file holds them."""

    ko: str
    en: str

    @property
    def text(self) -> Text:
        """The words as pages take them."""
        return Text(self.ko, self.en)


class ProcedureStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: who does it, within what time, and whether it may be left out."""

    key: str
    ko: str
    en: str
    who: Part = Part.OPERATOR
    mandatory: bool = False
    limit_s: float | None = None  # seconds from the beginning of the procedure
    room: str | None = None  # that it is done in: warnings, cameras or links

    @property
    def text(self) -> Text:
        """What is to be done."""
        return Text(self.ko, self.en)


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A procedure as it was from a day on, and what was changed then."""

    version: int
    since: str  # the day it was decided; ISO 8601
    changed: Named
    steps: tuple[ProcedureStep, ...]

    def step(self, key: str) -> ProcedureStep | None:
        """Return a step, `None` where this version has none of the key."""
        return next((one for one in self.steps if one.key == key), None)


class Procedure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done about one kind of incident, in all its versions, oldest first."""

    name: str
    title: Named
    fits: tuple[str, ...]  # categories, or category/subCategory
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version that incidents get which begin now."""
        return self.versions[-1]


class Procedures:
    """All procedures of a center."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self.all = {one.name: one for one in procedures}
        self._fitting = {fit: one for one in self.all.values() for fit in one.fits}

    def fitting(self, category: str, sub_category: str) -> Procedure:
        """Return the procedure of a kind of incident: the narrowest that fits, else the general."""
        for key in (f"{category}/{sub_category}", sub_category, category):
            if key in self._fitting:
                return self._fitting[key]
        return self.all[GENERAL]

    def version(self, name: str, version: int) -> Version:
        """Return one version; raise `ProcedureUnknown`."""
        procedure = self.all.get(name)
        if procedure is None:
            raise ProcedureUnknown(name)
        found = next((one for one in procedure.versions if one.version == version), None)
        if found is None:
            raise ProcedureUnknown(name, version)
        return found

    def of(self, incident: Incident) -> Version | None:
        """Return the version that an incident follows, `None` where it follows none."""
        if incident.work.procedure is None:
            return None
        return self.version(incident.work.procedure, incident.work.version)


@cache
def load(folder: Path = FOLDER) -> Procedures:
    """Return the procedures of a folder of TOML files."""
    files = sorted(folder.glob("*.toml"))
    return Procedures(
        msgspec.convert(tomllib.loads(file.read_text("utf-8")), type=Procedure) for file in files
    )
