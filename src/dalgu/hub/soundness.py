"""Whether a store holds what its entities say: each index against a rebuild from the bodies."""

import msgspec

from dalgu.hub.document import types_of
from dalgu.hub.model import Document
from dalgu.hub.writing import bounds_of, ends_of
from dalgu.store import pinned_folder
from dalgu.store.inspection import Demanded
from dalgu.store.pinned_folder import folder_of_pinned
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

_decode = msgspec.json.Decoder(Document).decode


def demanded(body: bytes) -> Demanded:
    """Return what the indexes must say of the body of an entity.

    >>> demanded(b'{"id":"urn:x:1","type":"Room"}')
    Demanded(types=['Room'], bounds=None, ends_us=None)
    """
    document = _decode(body)
    ends_us = min(ends_of(document), default=None)
    return Demanded(types_of(document), bounds_of(document), ends_us)


async def faults(store: Store) -> list[str]:
    """Return a sentence for everything in a store that does not agree with its entities.

    Pinned files are read whole: they must hold the bytes that they are named by.
    """

    def work(tables: Tables) -> list[str]:
        pinned = pinned_folder.faults(tables.records, folder_of_pinned(store.path))
        return [*tables.inspection.faults(demanded), *pinned]

    return await store.scan(work)
