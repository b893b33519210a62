"""Feeds a storm to Alerta's own server code, in Alerta's own environment: the nearest peer.

Run by an interpreter that has `alerta-server` and `mongomock` (never Dalgu's own):

    python alerta_peer.py < alerts.jsonl > groups.json

Alerta needs a database server. Here its MongoDB backend talks to mongomock, in memory; the code
that de-duplicates and correlates is Alerta's, its queries are answered by mongomock. Reads lines
{"id", "resource", "event", "severity", "service", "correlate"}; writes {"id": alerta id, …}.
"""

import json
import sys
import time

import mongomock
import pymongo

pymongo.MongoClient = mongomock.MongoClient

from alerta.app import create_app  # noqa: E402
from alerta.models.alert import Alert  # noqa: E402
from alerta.utils.api import process_alert  # noqa: E402
from flask import g  # noqa: E402

SEVERITY = {"informational": "informational", "low": "minor", "medium": "major",
            "high": "critical", "critical": "security"}  # fmt: skip


def main():
    config = {
        "TESTING": True,
        "DATABASE_URL": "mongodb://localhost:27017/storm",
        "AUTH_REQUIRED": False,
        "PLUGINS": [],
    }
    app = create_app(config)
    found = {}
    began = time.perf_counter()
    with app.test_request_context("/"):
        g.login, g.customers, g.scopes = "storm", [], []
        for line in sys.stdin:
            one = json.loads(line)
            alert = Alert.parse(
                {
                    "resource": one["resource"],
                    "event": one["event"],
                    "environment": "Production",
                    "severity": SEVERITY[one["severity"]],
                    "service": [one["service"]],
                    "correlate": one["correlate"],
                }
            )
            found[one["id"]] = process_alert(alert).id
    took = time.perf_counter() - began
    json.dump({"groups": found, "seconds": took}, sys.stdout)


main()
