"""Names of operations that a source may offer, and their groups (CIM 009 4.20)."""

from typing import Final

_TYPES: Final = frozenset(
    (
        "retrieveEntityTypes", "retrieveEntityTypeDetails", "retrieveEntityTypeInfo",
        "retrieveAttrTypes", "retrieveAttrTypeDetails", "retrieveAttrTypeInfo",
    )
)  # fmt: skip
_MAPS: Final = frozenset(
    ("retrieveEntityMap", "updateEntityMap", "deleteEntityMap", "createEntityMapQueryEntity")
)
_UPDATES: Final = frozenset(("updateEntity", "updateAttrs", "replaceEntity", "replaceAttrs"))
_ASSOCIATION: Final = _TYPES | frozenset(
    (
        "retrieveEntity", "queryEntity", "queryBatch", "createSubscription", "updateSubscription",
        "retrieveSubscription", "querySubscription", "deleteSubscription",
        "retrieveContextSourceIdentity",
    )
)  # fmt: skip

GROUPS: Final[dict[str, frozenset[str]]] = {
    "federationOps": _ASSOCIATION | _MAPS,
    "associationOps": _ASSOCIATION,
    "updateOps": _UPDATES,
    "retrieveOps": frozenset(("retrieveEntity", "queryEntity")),
    "redirectionOps": _UPDATES
    | _TYPES
    | _MAPS
    | frozenset(
        (
            "createEntity", "appendAttrs", "deleteAttrs", "deleteEntity", "mergeEntity",
            "retrieveEntity", "queryEntity", "purgeEntity", "retrieveContextSourceIdentity",
        )
    ),
}  # fmt: skip
DEFAULT: Final = GROUPS["federationOps"]
OPERATIONS: Final = frozenset().union(*GROUPS.values()) | frozenset(
    (
        "createBatch", "upsertBatch", "updateBatch", "deleteBatch", "mergeBatch",
        "upsertTemporal", "appendAttrsTemporal", "deleteAttrsTemporal",
        "updateAttrInstanceTemporal", "deleteAttrInstanceTemporal", "deleteTemporal",
        "retrieveTemporal", "queryTemporal", "createEntityMapQueryTemporal",
    )
)  # fmt: skip
AUXILIARY: Final = frozenset(("retrieveOps", "retrieveEntity", "queryEntity"))


def expanded(names: list[str]) -> frozenset[str]:
    """Return the operations that names and group names stand for.

    >>> sorted(expanded(["retrieveOps", "deleteBatch"]))
    ['deleteBatch', 'queryEntity', 'retrieveEntity']
    """
    return frozenset().union(*(GROUPS.get(name, frozenset((name,))) for name in names))
