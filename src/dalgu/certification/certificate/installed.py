"""What a data folder holds for verification: trusted keys, and the newest status lists.

`trust/` holds one file a key; `status/` one list an issuer, which only a newer one replaces.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from dalgu.certification.certificate.errors import (
    StatusListAltered,
    StatusListSuperseded,
    StatusListUntrusted,
)
from dalgu.certification.certificate.issuer import ISSUER_FILE, Issuer, create_issuer, read_issuer
from dalgu.certification.certificate.status import (
    VALID_DAYS,
    StatusEntry,
    StatusList,
    read_status,
    status_list,
)
from dalgu.certification.certificate.trust import (
    TRUST_SUFFIX,
    TrustedKey,
    read_trust,
    trust_file,
)
from dalgu.certification.certificate.verification import Verification, verify
from dalgu.kernel.clock import Clock
from dalgu.kernel.text import Text
from dalgu.store.durable import partial_of, publish

NAME_DIGITS = 16


class Installed:
    """The keys and lists in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._trust = folder / "trust"
        self._status = folder / "status"

    @property
    def issuer_file(self) -> Path:
        """Return the file of this platform's own issuer key."""
        return self.folder / ISSUER_FILE

    def create_issuer(self, name: Text, clock: Clock) -> Issuer:
        """Make this platform's issuer key and trust it here; see `issuer.create_issuer`."""
        return create_issuer(self.issuer_file, name, clock, tell=self.trust)

    def issuer(self) -> Issuer:
        """Return this platform's issuer; raise `IssuerNotExisting` before it was made."""
        return read_issuer(self.issuer_file)

    def trust(self, key: TrustedKey) -> None:
        """Trust a key from now on."""
        self._replace(self._trust / (key.key_id[:NAME_DIGITS] + TRUST_SUFFIX), trust_file(key))

    def trusted(self) -> list[TrustedKey]:
        """Return the keys of the trust folder; raise `TrustFileUnfit` for a file that is none."""
        files = sorted(self._trust.glob("*" + TRUST_SUFFIX))
        return [read_trust(file.read_bytes(), file.name) for file in files]

    def lists(self, trusted: list[TrustedKey]) -> list[StatusList]:
        """Return the kept status lists of trusted issuers."""
        issuers = {key.issuer.ko + "\0" + key.issuer.en: key.issuer for key in trusted}
        kept = (self._kept(issuer, trusted) for issuer in issuers.values())
        return [one for one in kept if one is not None]

    def keep(self, content: bytes, trusted: list[TrustedKey]) -> StatusList:
        """Keep a status list in place of an older one of its issuer, and return it.

        Raises
        ------
        StatusListUntrusted
            When no trusted key signed it.
        StatusListAltered
            When it is not what was signed, or another list of the same number is held.
        StatusListSuperseded
            When a newer one is held.

        """
        fresh = read_status(content, trusted)
        held = self._kept(fresh.issuer, trusted)
        if held == fresh:
            return fresh
        if held is not None and held.sequence > fresh.sequence:
            raise StatusListSuperseded(fresh.sequence, held.sequence)
        if held is not None and held.sequence == fresh.sequence:
            raise StatusListAltered
        self._replace(self._file(fresh.issuer), content)
        return fresh

    def check(
        self,
        pdf: bytes,
        on: date,
        *,
        also: Iterable[TrustedKey] = (),
        status: bytes | None = None,
    ) -> Verification:
        """Verify a certificate by the keys and lists held here, and by what is given.

        A list that is given must be signed by a trusted key, and is kept where the folder exists
        and trusts its signer.

        Raises
        ------
        StatusListUntrusted
            When nobody here trusts the signer of the given list.
        StatusListAltered
            When the given list is not what was signed.

        """
        installed = self.trusted()
        trusted = [*installed, *also]
        lists = self.lists(trusted)
        if status is not None:
            lists.append(read_status(status, trusted))
            with suppress(StatusListUntrusted, StatusListSuperseded):
                self.keep(status, installed)
        return verify(pdf, trusted, lists, on)

    def publish(
        self,
        at: datetime,
        entries: Mapping[str, StatusEntry] | None = None,
        *,
        days: int = VALID_DAYS,
    ) -> bytes:
        """Sign the next list of this platform's issuer, keep it and return it.

        Without entries it states those of the list before, for another `days` days.
        """
        issuer, trusted = self.issuer(), self.trusted()
        last = self._kept(issuer.name, trusted)
        if entries is None:
            entries = {} if last is None else last.entries
        sequence = 1 if last is None else last.sequence + 1
        content = status_list(entries, issuer, at, sequence, days=days)
        self._replace(self._file(issuer.name), content)
        return content

    def published(self) -> bytes | None:
        """Return the newest list of this platform's issuer as it was signed, `None` before one."""
        try:
            return self._file(self.issuer().name).read_bytes()
        except FileNotFoundError:
            return None

    def _file(self, issuer: Text) -> Path:
        name = sha256(f"{issuer.ko}\0{issuer.en}".encode()).hexdigest()[:NAME_DIGITS]
        return self._status / f"{name}.json"

    def _kept(self, issuer: Text, trusted: list[TrustedKey]) -> StatusList | None:
        try:
            return read_status(self._file(issuer).read_bytes(), trusted)
        except (FileNotFoundError, StatusListUntrusted):  # of a key no longer trusted: as if none
            return None

    def _replace(self, file: Path, content: bytes) -> None:
        """Write a file whole or not at all; no power cut takes it back after this."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial_of(file).write_bytes(content)
        publish(file, self.folder)
