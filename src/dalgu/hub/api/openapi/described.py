"""The interface of one running site, described; made when it is first asked for."""

import gzip
import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib.metadata import version

import msgspec

from dalgu.hub.api.openapi.document import Rights, document
from dalgu.hub.api.openapi.part import Interface, Operation, Tag, rights_key
from dalgu.hub.wire import SentChange, SentDelivery, SentEvent, SentMessage

STRUCTS = (SentChange, SentDelivery, SentEvent, SentMessage)
PACKING = 6  # of gzip: once for all readers


class Described:
    """What a site answers, as tables and as an OpenAPI document.

    Parameters
    ----------
    packages
        Whose tables describe it; a package without a folder `openapi` says nothing.
    rights
        Gives every route of the site with the operation of the access policy that it takes.
    """

    def __init__(self, packages: Iterable[str], rights: Callable[[], Rights]) -> None:
        self._packages = tuple(packages)
        self._rights = rights

    @cached_property
    def interface(self) -> Interface:
        """The tables of all packages."""
        return Interface.read(self._packages)

    @cached_property
    def rights(self) -> Rights:
        """The routes of the site, and what each takes."""
        return self._rights()

    @cached_property
    def body(self) -> bytes:
        """The OpenAPI document as JSON."""
        told = document(self.interface, self.rights, version=version("dalgu"), structs=STRUCTS)
        return msgspec.json.encode(told)

    @cached_property
    def packed(self) -> bytes:
        """The document, compressed."""
        return gzip.compress(self.body, PACKING, mtime=0)

    @cached_property
    def tag(self) -> str:
        """An entity tag (RFC 9110, 8.8.3) of the document."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    def right_of(self, operation: Operation) -> str:
        """Return the operation of the access policy that an operation takes."""
        return self.rights[rights_key(operation.method, operation.path)]

    def by_tag(self) -> list[tuple[str, Tag, list[Operation]]]:
        """Return the operations that the site has under their headings."""
        served = self.interface.served(self.rights)
        return [
            (name, tag, [one for one in served if one.tag == name])
            for name, tag in self.interface.tags.items()
            if any(one.tag == name for one in served)
        ]
