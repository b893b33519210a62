"""A copy of the ETSI suite in a folder: which state it is in, its cases, the contexts they name."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from dalgu.hub.model import JSON
from dalgu.kernel.errors import InvalidInput

CASES = Path("TP/NGSI-LD")
BETWEEN_BROKERS = Path("IOP_TP/NGSI-LD")
CONTEXTS = Path("resources/jsonld-contexts")
_DOUBTS = "testsuite-doubts.md"  # kept by those who correct the suite

# Where cases expect the suite's own two contexts, and contexts of others that it names.
_BASES = (
    "https://forge.etsi.org/rep/cim/ngsi-ld-test-suite/-/raw/develop/resources/jsonld-contexts/",
    "https://raw.githubusercontent.com/marek-mraz/ngsi-ld-test-suite/main/resources/"
    "jsonld-contexts/",
)
_OTHERS = (
    "https://easy-global-market.github.io/ngsild-api-data-models/ngsildTestSuite/"
    "ngsildTestSuiteV1.8-compound.jsonld",
    "http://smartdatamodels.org/context.jsonld",
    "https://fiware.github.io/data-models/context.jsonld",
    "https://fiware.github.io/NGSI-LD_TestSuite/ldContext/testContext.jsonld",
)


class SuiteInvalid(InvalidInput):
    """A folder holds no conformance suite, or not the part that is asked for."""

    slug = "suite-invalid"
    title = "The conformance suite is not there"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' is no part of the ETSI suite; docs/conformance.md says how to "
            "get it.",
            folder=str(folder),
        )


class State(StrEnum):
    """The two states of the suite that are public."""

    OFFICIAL = "official"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Suite:
    """A copy of the suite, and whether its cases for several brokers are meant.

    Raises
    ------
    SuiteInvalid
        When the folder holds no suite.
    """

    folder: Path
    is_between_brokers: bool = False

    def __post_init__(self) -> None:
        for part in (CONTEXTS, self.root):
            if not (self.folder / part).is_dir():
                raise SuiteInvalid(self.folder / part)

    @property
    def root(self) -> Path:
        """The folder of all cases, below the suite's own."""
        return BETWEEN_BROKERS if self.is_between_brokers else CASES

    @property
    def state(self) -> State:
        """Which of its states the copy is in."""
        is_corrected = (self.folder / _DOUBTS).exists()
        return State.CORRECTED if is_corrected else State.OFFICIAL

    def chosen(self, parts: Iterable[str]) -> list[str]:
        """Return the folders to play, as robot wants them; no parts: everything.

        Raises
        ------
        SuiteInvalid
            When there is no such part.
        """
        folders = [self.root / part for part in parts]
        for folder in folders:
            if not (self.folder / folder).exists():
                raise SuiteInvalid(self.folder / folder)
        whole = self.root.parts[0]  # from the top, where the set-up of all cases lies
        return list(map(str, folders)) or [whole]

    def imports(self) -> list[Path]:
        """Return where robot finds the suite's own libraries, that of its mock servers too."""
        libraries = self.folder / "libraries"
        return [libraries, self.folder / "resources", libraries / "robotframework-httpctrl/src"]

    def bundle(self) -> dict[str, JSON]:
        """Return the contexts that the cases name: URL -> document."""
        compound, plain = "ngsi-ld-test-suite-compound.jsonld", "ngsi-ld-test-suite.jsonld"
        held = {
            name: msgspec.json.decode((self.folder / CONTEXTS / name).read_bytes())
            for name in (compound, plain)
        }
        known = {base + name: document for base in _BASES for name, document in held.items()}
        return known | dict.fromkeys(_OTHERS, held[plain])
