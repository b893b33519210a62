"""All targets by name."""

from tests.fuzz import documents, languages

TARGETS = {one.name: one for one in (*languages.TARGETS, *documents.TARGETS)}
