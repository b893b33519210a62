"""The hub alone: what an NGSI-LD broker needs, and nothing of a city."""

import asyncio
import subprocess
import sys

import httpx2
import pytest

from dalgu.access.actor import CONSOLE, Role
from dalgu.app import hub_alone
from dalgu.app.folder import Folder
from dalgu.kernel.settings import Settings

ROOM = {"id": "urn:ngsi-ld:Room:1", "type": "Room", "heat": {"type": "Property", "value": 21}}


@pytest.fixture
def play(tmp_path):
    """Run `scene(alone, client)` on a hub of its own; return what it returns."""
    settings = Settings(data_dir=str(tmp_path))

    async def whole(scene):
        with Folder(tmp_path) as folder:
            async with hub_alone.opened(settings, folder) as alone:
                transport = httpx2.ASGITransport(hub_alone.site(alone), raise_app_exceptions=False)
                async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as client:
                    return await scene(alone, client)

    return lambda scene: asyncio.run(whole(scene))


async def service(alone):
    issued = await alone.parts.access.tokens.create(CONSOLE, "a test", Role.SERVICE)
    return {"authorization": f"Bearer {issued.secret}"}


def test_it_keeps_entities_for_those_who_have_a_token(play):
    async def scene(alone, client):
        entity = f"/ngsi-ld/v1/entities/{ROOM['id']}"
        refused = await client.post("/ngsi-ld/v1/entities", json=ROOM)
        token = await service(alone)
        made = await client.post("/ngsi-ld/v1/entities", json=ROOM, headers=token)
        found = await client.get(entity, headers=token)
        elsewhere = await client.get(entity, headers=token | {"ngsild-tenant": "west"})
        return refused, made, found, elsewhere

    refused, made, found, elsewhere = play(scene)
    assert (refused.status_code, made.status_code) == (401, 201)
    assert found.json()["heat"]["value"] == 21
    assert elsewhere.status_code == 403  # a token of the default tenant


def test_it_is_looked_after_like_a_city(play):
    async def scene(alone, client):
        token = await service(alone)
        paths = "/health/live", "/health/ready", "/metrics", "/openapi.json"
        return {path: await client.get(path, headers=token) for path in paths}

    answers = play(scene)
    assert {one.status_code for one in answers.values()} == {200}
    assert "dalgu_store_commit_seconds_count" in answers["/metrics"].text
    paths = answers["/openapi.json"].json()["paths"]
    assert "/ngsi-ld/v1/entities" in paths
    assert "/devices/registry" not in paths


def test_what_it_does_not_have_is_a_problem_document(play):
    async def scene(alone, client):
        return await client.get("/ko/center"), await client.get("/metrics")

    page, metrics = play(scene)
    assert page.status_code == 404
    assert metrics.status_code == 401
    assert metrics.headers["content-type"] == "application/problem+json"


def test_it_brings_no_part_of_a_city_along():
    asked = "import sys, dalgu.app.hub_alone; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True
    )
    rooms = {name.split(".")[1] for name in loaded.stdout.split() if name.startswith("dalgu.")}
    assert not rooms & {"services", "simulation", "center", "certification", "governance"}


def test_it_seals_old_days_by_itself(play):
    async def scene(alone, client):
        token = await service(alone)
        old = {"type": "Property", "value": 20, "observedAt": "2026-01-02T03:04:05Z"}
        await client.post("/ngsi-ld/v1/entities", json=ROOM | {"heat": old}, headers=token)
        run = await alone.runner.run_once(alone.runner.jobs["hub.seal"])
        past = f"/ngsi-ld/v1/temporal/entities/{ROOM['id']}"
        window = {"timerel": "before", "timeAt": "2026-02-01T00:00:00Z"}
        kept = await client.get(past, params=window, headers=token)
        return run.outcome, alone.store.read().series.sealed.all(), kept

    outcome, files, kept = play(scene)
    assert outcome == "done"
    assert len(files) == 1
    assert [one["value"] for one in kept.json()["heat"]] == [20]
