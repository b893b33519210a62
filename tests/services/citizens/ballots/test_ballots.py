import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots import blind, published, refusals
from dalgu.services.citizens.ballots.box import Box
from dalgu.services.citizens.ballots.recount import recount

PARKS = Box("parks-2027", Text("공원", "Parks"), "approval", ("river", "hill", "lake"), most=2)


@pytest.fixture(scope="session")
def one_key():
    return blind.new_key()


@pytest.fixture
def voting(town, monkeypatch, one_key):
    monkeypatch.setattr(blind, "new_key", lambda: one_key)
    town.run(town.rooms.ballots.open(town.staff, PARKS))
    return town


def vote(town, voice, marks, box=PARKS.id):
    token = town.run(town.rooms.ballots.token(box, voice))
    return token, town.run(town.rooms.ballots.cast(box, token, marks))


def test_a_closed_box_is_counted_from_its_file_alone(voting):
    ballots = voting.rooms.ballots
    _, receipt = vote(voting, "a", {"river": 1, "lake": 1})
    vote(voting, "b", {"lake": 1})
    with pytest.raises(refusals.BoxOpen):
        ballots.ballots(PARKS.id)
    voting.run(ballots.close(voting.staff, PARKS.id))

    found = recount(voting.run(ballots.file(PARKS.id)), ballots.public_key)
    assert found.head.tally["lake"] == {"ballots": 2, "sum": 2}
    assert found.find(receipt.code.lower()).marks == {"river": 1, "lake": 1}
    assert found.find(receipt.code).ballot == receipt.digest
    assert (found.head.ballots, found.head.tokens) == (2, 2)
    assert sorted(map(dict, ballots.ballots(PARKS.id)), key=len) == [
        {"lake": 1},
        {"river": 1, "lake": 1},
    ]


def test_a_receipt_is_a_signed_promise(voting):
    _, receipt = vote(voting, "a", {"hill": 1})
    words = published.promise(PARKS.id, receipt.code, receipt.digest)
    key = published.public_bytes(voting.rooms.ballots.public_key)
    Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(receipt.signature), words)


def test_a_voice_draws_one_token_and_a_token_casts_one_ballot(voting):
    ballots = voting.rooms.ballots
    token, receipt = vote(voting, "a", {"hill": 1})
    with pytest.raises(refusals.TokenTaken):
        voting.run(ballots.token(PARKS.id, "a"))
    with pytest.raises(refusals.BallotCastTwice) as twice:
        voting.run(ballots.cast(PARKS.id, token, {"lake": 1}))
    assert twice.value.parts["code"] == receipt.code
    assert ballots.count(PARKS.id) == 1


def test_a_token_is_good_for_its_own_box_alone(voting, monkeypatch):
    ballots = voting.rooms.ballots
    token = voting.run(ballots.token(PARKS.id, "a"))
    monkeypatch.undo()
    other = Box("roads", Text("길", "Roads"), "choice", ("one", "two"))
    voting.run(ballots.open(voting.staff, other))
    for stale in (token, token[:-1], "", "한글", token + "=", "A" * 427):
        with pytest.raises(refusals.TokenInvalidForBox):
            voting.run(ballots.cast(other.id, stale, {"one": 1}))


@pytest.mark.parametrize(
    "marks",
    [{}, {"sea": 1}, {"river": 2}, {"river": 0}, {"river": True}, dict.fromkeys(PARKS.options, 1)],
)
def test_invalid_marks_use_no_token_up(voting, marks):
    ballots = voting.rooms.ballots
    token = voting.run(ballots.token(PARKS.id, "a"))
    with pytest.raises(refusals.BallotInvalid):
        voting.run(ballots.cast(PARKS.id, token, marks))
    assert voting.run(ballots.cast(PARKS.id, token, {"river": 1})).seq == 1


def test_scores_are_taken_within_their_scale(town):
    box = Box("criteria", Text("기준", "Criteria"), "scores", ("access", "land"), scale=(1, 10))
    town.run(town.rooms.ballots.open(town.staff, box))
    token = town.run(town.rooms.ballots.token(box.id, "a"))
    with pytest.raises(refusals.BallotInvalid):
        town.run(town.rooms.ballots.cast(box.id, token, {"access": 11}))
    town.run(town.rooms.ballots.cast(box.id, token, {"access": 10, "land": 3}))
    town.run(town.rooms.ballots.close(town.staff, box.id))
    assert town.rooms.ballots.ballots(box.id) == [{"access": 10, "land": 3}]


def test_a_closed_box_takes_nothing_and_makes_no_token(voting):
    ballots = voting.rooms.ballots
    token = voting.run(ballots.token(PARKS.id, "a"))
    voting.run(ballots.close(voting.staff, PARKS.id))
    voting.run(ballots.close(voting.staff, PARKS.id))
    for late in (ballots.cast(PARKS.id, token, {"hill": 1}), ballots.token(PARKS.id, "b")):
        with pytest.raises(refusals.BoxClosed):
            voting.run(late)
    assert voting.rooms.ballots.ballots(PARKS.id) == []


def test_a_box_closes_by_itself_when_its_time_has_come(voting):
    ballots, at = voting.rooms.ballots, voting.clock.now() + timedelta(hours=1)
    box = Box("hour", Text("한 시간", "An hour"), "choice", ("yes", "no"), closes_at=at)
    voting.run(ballots.open(voting.staff, box))
    token = voting.run(ballots.token(box.id, "a"))
    voting.wait(hours=1)
    with pytest.raises(refusals.BoxClosed):
        voting.run(ballots.cast(box.id, token, {"yes": 1}))
    voting.run(ballots.close_due())
    assert ballots.state(box.id).closed
    assert ballots.state(PARKS.id).closed is None


def test_boxes_tokens_and_ballots_are_there_after_a_restart(voting):
    token, _ = vote(voting, "a", {"hill": 1})
    unused = voting.run(voting.rooms.ballots.token(PARKS.id, "b"))
    ballots = voting.again().ballots
    with pytest.raises(refusals.TokenTaken):
        voting.run(ballots.token(PARKS.id, "a"))
    with pytest.raises(refusals.BallotCastTwice):
        voting.run(ballots.cast(PARKS.id, token, {"hill": 1}))
    assert voting.run(ballots.cast(PARKS.id, unused, {"hill": 1})).seq == 2
    voting.run(ballots.close(voting.staff, PARKS.id))
    assert len(voting.again().ballots.ballots(PARKS.id)) == 2


def test_of_two_casts_of_one_token_at_once_one_stands(voting):
    ballots = voting.rooms.ballots
    token = voting.run(ballots.token(PARKS.id, "a"))

    async def both():
        casts = [ballots.cast(PARKS.id, token, {option: 1}) for option in ("hill", "lake")]
        return await asyncio.gather(*casts, return_exceptions=True)

    kinds = sorted(type(one).__name__ for one in voting.run(both()))
    assert kinds == ["BallotCastTwice", "Receipt"]
    assert ballots.count(PARKS.id) == 1


def test_a_box_is_opened_once_and_only_when_it_can_be_voted_on(voting):
    with pytest.raises(refusals.BoxTaken):
        voting.run(voting.rooms.ballots.open(voting.staff, PARKS))
    twice = Box("x", Text("", ""), "choice", ("a", "a"))
    with pytest.raises(refusals.BoxInvalid):
        voting.run(voting.rooms.ballots.open(voting.staff, twice))
    with pytest.raises(refusals.BoxNotExisting):
        voting.run(voting.rooms.ballots.token("nowhere", "a"))


def test_a_voter_who_blinds_gets_a_token_that_the_city_never_saw(voting):
    ballots = voting.rooms.ballots
    key, prepared = ballots.token_key(PARKS.id), blind.prepare(b"r" * 32)
    blinded = blind.blind(key, prepared)
    signed = voting.run(ballots.blind_token(PARKS.id, "a", blinded.message))
    assert voting.run(ballots.blind_token(PARKS.id, "a", blinded.message)) == signed  # asked again
    with pytest.raises(refusals.TokenTaken):
        voting.run(
            ballots.blind_token(PARKS.id, "a", blind.blind(key, blind.prepare(b"x" * 32)).message)
        )
    with pytest.raises(refusals.TokenTaken):
        voting.run(ballots.token(PARKS.id, "a"))
    signature = blind.finalize(key, prepared, signed, blinded.inverse)
    token = published.token_text(prepared, signature)
    assert voting.run(ballots.cast(PARKS.id, token, {"hill": 1})).seq == 1
    with pytest.raises(refusals.BlindedInvalid):
        voting.run(ballots.blind_token(PARKS.id, "b", b"short"))


def test_nothing_on_disk_says_what_was_voted_or_with_which_token_a_voice_did(voting):
    token, receipt = vote(voting, "voice-of-a", {"hill": 1})
    database = b"".join(
        path.read_bytes() for path in voting.folder.iterdir() if path.name.startswith("city.db")
    )
    assert receipt.code.encode() in database  # the search finds what is there
    assert b"voice-of-a" in database
    assert token.encode() not in database
    assert b'"marks"' not in database


def test_ballots_that_were_meddled_with_close_no_box(voting):
    vote(voting, "a", {"hill": 1})
    name = f"citizens.ballots.cast.{PARKS.id}"
    [(code, _)] = list(voting.store.read().records.all(name))
    voting.run(voting.store.write(lambda tables: tables.records.delete(name, code)))
    with pytest.raises(refusals.BoxTampered):
        voting.run(voting.rooms.ballots.close(voting.staff, PARKS.id))
