"""An official freeze: the observations under the rows, pinned to files of their own."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np

from dalgu.certification.errors import EvidenceAltered
from dalgu.certification.formula.observed import Period
from dalgu.certification.formula.operand import EPOCH
from dalgu.certification.measuring.evidence import (
    Frozen,
    FrozenVariable,
    Pinned,
    checked,
    frozen,
)
from dalgu.certification.measuring.histories import Hearing, Links, Listener
from dalgu.certification.measuring.measuring import Measuring
from dalgu.certification.measuring.rows import LEVEL, Rows, digest_of
from dalgu.certification.measuring.shares import observed_rows
from dalgu.hub.view import pinned_observations
from dalgu.store.sqlite import Store

Key = tuple[str, str]
"""Framework and indicator code."""


class _Linked(msgspec.Struct):
    ids: list[str]
    subject: list[int]


def with_observations(
    measuring: Measuring, measured: Mapping[Key, Frozen]
) -> tuple[dict[Key, Frozen], frozenset[str]]:
    """Return official evidence, and the digests of the files that its observations lie in.

    Each attribute is written once, from the earliest instant that anybody asked for.
    """
    files = _pin(measuring)
    official: dict[Key, Frozen] = {}
    for framework, indicator in measuring.asking.indicators():
        key = framework.name, indicator.code
        snapshot, bodies = measured[key].snapshot, dict(measured[key].bodies)
        del bodies[measured[key].digest]
        variables: list[FrozenVariable] = []
        for one in snapshot.variables:
            heard = measuring.listener(indicator, one.name)
            if heard is None or one.until_us <= one.since_us:  # no history, or none long enough
                variables.append(one)
            else:
                variables.append(_pinned(one, heard, files, bodies))
        snapshot = msgspec.structs.replace(snapshot, variables=variables, is_frozen=True)
        official[key] = frozen(snapshot, bodies)
    return official, frozenset(files.values())


def _pin(measuring: Measuring) -> dict[str, str]:
    since_us: dict[str, int] = {}
    for heard in measuring.listeners.values():
        attribute = heard.asked.attribute
        since_us[attribute] = min(
            heard.asked.since_us, since_us.get(attribute, heard.asked.since_us)
        )
    return {
        attribute: measuring.view.pin(
            attribute, EPOCH + timedelta(microseconds=since), measuring.asking.reference
        )
        for attribute, since in since_us.items()
    }


def _pinned(
    one: FrozenVariable, heard: Listener, files: Mapping[str, str], bodies: dict[str, bytes]
) -> FrozenVariable:
    linked = _Linked(list(heard.links.ids), heard.links.subject.tolist())
    body = zlib.compress(msgspec.msgpack.encode(linked), LEVEL)
    links = digest_of(body)
    bodies[links] = body
    attribute = heard.asked.attribute
    pinned = Pinned(files[attribute], attribute, links, heard.asked.condition)
    return msgspec.structs.replace(one, observations=pinned)


def pinned_shares(
    store: Store, digest: str, variable: FrozenVariable, rows: Rows, links: bytes
) -> None:
    """Compute the shares of a variable's subjects again from its pinned observations.

    Raises
    ------
    EvidenceAltered
        When they differ, by a single bit, from those of the frozen rows.
    SealedFileLost
        When the file is not there or holds other bytes.
    """
    pinned = variable.observations
    if pinned is None or variable.measure is None:
        return
    told = msgspec.msgpack.decode(zlib.decompress(checked(links, pinned.links)), type=_Linked)
    linked = Links(np.arange(len(told.ids)), np.array(told.subject, np.int64), tuple(told.ids))
    hearing = Hearing(pinned.attribute, variable.measure, variable.since_us, pinned.condition)
    listener = Listener(hearing, replace(rows, share=None), linked)
    window_us = (variable.since_us, variable.until_us)
    for part in pinned_observations(store, pinned.file, told.ids, window_us):
        listener.hear(part)
    period = Period(variable.since_us, variable.until_us)
    again = observed_rows(listener, period, from_memory=variable.from_memory)
    for name in ("share", "last_us"):
        if not np.array_equal(getattr(again, name), getattr(rows, name)):
            raise EvidenceAltered(digest, f"the {name} of {variable.name}", "other ones")
