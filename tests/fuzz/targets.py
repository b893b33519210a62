"""All targets by name."""

from tests.fuzz import certification, documents, languages

_ALL = (*languages.TARGETS, *documents.TARGETS, *certification.TARGETS)
TARGETS = {one.name: one for one in _ALL}
