"""The frameworks that a city has: those that ship with the platform, and those it took in itself.

The city's own lie in its data folder, one folder each, with the table they came from.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dalgu.certification.errors import FrameworkNotExisting
from dalgu.certification.framework import loading
from dalgu.certification.framework.errors import (
    FolderNotNamed,
    FrameworkExisting,
    FrameworkNameInvalid,
    NothingToImport,
)
from dalgu.certification.framework.model import Framework
from dalgu.certification.framework.official import Adopted, Source, adopt
from dalgu.certification.framework.table import Mapping, read_table
from dalgu.certification.framework.writing import write
from dalgu.store.durable import sync

FOLDER = "frameworks"  # in the data folder of a city
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Shelf:
    """Frameworks by name; `folder` is where the city's own lie, whether or not it exists yet.

    Without a folder there are those that ship with the platform, and none can be put.
    """

    folder: Path | None = None

    @classmethod
    def of_city(cls, data: Path) -> "Shelf":
        """Return the shelf of the city whose data folder this is."""
        return cls(data / FOLDER)

    def own(self) -> tuple[str, ...]:
        """Return the names of the city's own frameworks."""
        if self.folder is None:
            return ()
        files = self.folder.glob(f"*/{loading.FRAMEWORK_FILE}")
        return tuple(sorted(one.parent.name for one in files if one.parent.name[0] != "."))

    def names(self) -> tuple[str, ...]:
        """Return the names of all frameworks."""
        return tuple(sorted({*loading.names(), *self.own()}))

    def framework(self, name: str) -> Framework:
        """Return a framework by its name.

        Raises
        ------
        FrameworkNotExisting
            When none has it.
        FrameworkInvalid
            When its files are broken.
        """
        if name in loading.names():
            return loading.load(name)
        if self.folder is None or name not in self.own():
            raise FrameworkNotExisting(name, self.names())
        return loading.read(self.folder / name)

    def judge(self, table: Path, mapping: Mapping, base: str, name: str, year: int) -> Adopted:
        """Return what a table would become upon a base; nothing is written.

        Raises
        ------
        FrameworkNameInvalid, FrameworkExisting, FrameworkNotExisting
            When the new name cannot be taken, or the base does not exist.
        TableUnreadable, TableTooLarge, TableColumnAbsent
            When the table cannot be read.
        """
        self._refuse_name(name)
        rows = read_table(table, mapping)
        digest = hashlib.sha256(table.read_bytes()).hexdigest()
        source = Source(name, year, table.name, digest, mapping.words)
        return adopt(self.framework(base), rows, source)

    def put(self, adopted: Adopted, table: Path) -> Path:
        """Write a framework into the city's folder, whole or not at all; return where it lies.

        Raises
        ------
        FrameworkNameInvalid, FrameworkExisting
            When its name cannot be taken.
        NothingToImport
            When it has no indicator.
        FolderNotNamed
            When the shelf has no folder.
        """
        framework = adopted.framework
        self._refuse_name(framework.name)
        if not framework.indicators:
            raise NothingToImport(table.name, len(adopted.rejected))
        if self.folder is None:
            raise FolderNotNamed(framework.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{framework.name}"  # left by a power cut, it is begun anew
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        write(framework, draft, heading=f"Taken in from the official table '{table.name}'.")
        shutil.copyfile(table, draft / f"table{table.suffix.lower()}")
        loading.read(draft)
        for file in (*draft.iterdir(), draft):
            sync(file)
        found = self.folder / framework.name
        draft.rename(found)
        sync(self.folder)
        return found

    def _refuse_name(self, name: str) -> None:
        if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
            raise FrameworkNameInvalid(name[:_LONGEST_NAME])
        if name in loading.names():
            raise FrameworkExisting(name, loading.FRAMEWORKS)
        if self.folder is not None and (self.folder / name).exists():
            raise FrameworkExisting(name, self.folder)
