import asyncio
import json

import numpy as np
import pytest
from benchmarks.citizens.ballots import a_case
from typer.testing import CliRunner

from dalgu.cli.entry import app
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.ballots.recount import recount
from dalgu.services.citizens.sortition import draw
from dalgu.services.citizens.sortition.lottery import distribution
from dalgu.services.citizens.sortition.pool import Candidate, Pool, Quota

RUN = CliRunner()


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return asyncio.run(a_case(tmp_path_factory.mktemp("case"), 5, np.random.default_rng(1)))


@pytest.fixture
def published(case, tmp_path):
    path = tmp_path / "ballots.jsonl"
    path.write_bytes(case.file)
    return path


def test_a_published_vote_is_counted_again_by_its_file_and_the_key(case, published, tmp_path):
    found = recount(case.file)
    receipt = found.ballots[0].receipt
    by_text = RUN.invoke(app, ["citizens", "recount", str(published), "--key", found.signed_by,
                               "--receipt", receipt.lower()])  # fmt: skip
    assert by_text.exit_code == 0
    assert "All 5 ballots hold; 5 tokens" in by_text.output
    assert f"Receipt {receipt}: " in by_text.output
    (tmp_path / "key.txt").write_text(f"{found.signed_by}\n")
    by_file = RUN.invoke(app, ["citizens", "recount", str(published),
                               "--key", str(tmp_path / "key.txt")])  # fmt: skip
    assert "The city's key has signed it." in by_file.output


def test_without_the_key_it_says_what_to_compare(case, published):
    told = RUN.invoke(app, ["citizens", "recount", str(published)])
    assert recount(case.file).signed_by in told.output
    assert "Compare this" in told.output


def test_a_changed_file_names_its_line(published):
    published.write_bytes(published.read_bytes().replace(b'"ballots":5', b'"ballots":6'))
    refused = RUN.invoke(app, ["citizens", "recount", str(published)])
    assert isinstance(refused.exception, DalguError)
    assert "Line 7" in refused.exception.detail


def test_a_lottery_is_drawn_again_by_its_proof_and_seal(tmp_path):
    pool = Pool(tuple(Candidate(f"p{n}", {"sex": "fm"[n % 2]}) for n in range(12)))
    quotas = [Quota("sex", "f", 2, 2), Quota("sex", "m", 2, 2)]
    seal = draw.commit(b"s" * 32, pool)
    drawn = draw.draw(distribution(pool, quotas, 4), b"s" * 32)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(drawn.proof))
    asked = ["citizens", "verify-lottery", str(file), "--seal"]
    assert RUN.invoke(app, [*asked, seal]).output == "The proof holds.\n"
    other = RUN.invoke(app, [*asked, "0" * 64])
    assert other.exit_code == 1
    assert "does not hold: the commitment is not the seal" in other.output
