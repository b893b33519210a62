"""Uploads into registers over HTTP: odd ones are refused by type, oversized ones as they stream."""

import random

import pytest

from dalgu.access.actor import Role
from dalgu.governance.sheets import MAX_BYTES

PATH = "/registers/v1/ordinances"
FILE = "조례 번호,조례명,주제,시행일\n1,가,빅데이터,2020-01-01\n".encode()
MIB = 2**20


def test_an_oversized_file_is_refused_while_it_streams(house):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += MIB
            yield bytes(MIB)

    refused = house.ask("POST", PATH, Role.ADMINISTRATOR, content=endless())
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        413, "register-file-too-large",
    )  # fmt: skip
    assert sent <= MAX_BYTES + 2 * MIB


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xlsx", "²", "a" * 5_000])
def test_spoiled_files_leave_no_failure_and_nothing_of_what_is_refused(house, name):
    for seed in range(40):
        rng = random.Random(seed)
        body = bytearray(rng.choice([FILE, b"[" * 9_000, b"PK\x03\x04" + FILE, b'{"a":' + FILE]))
        body[rng.randrange(len(body))] = rng.randrange(256)
        head = house.run(house.platform.hub.head())
        answer = house.ask(
            "POST", PATH, Role.ADMINISTRATOR, content=bytes(body), params={"file": name}
        )
        assert answer.status_code in (200, 400, 413), (seed, answer.text[:200])
        is_stored = answer.status_code == 200
        assert is_stored or answer.json()["detail"].endswith(".")
        assert is_stored or house.run(house.platform.hub.head()) == head
