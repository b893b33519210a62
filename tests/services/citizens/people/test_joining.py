"""Joining by mail, over a real mail server of a few lines; and by the word of a small provider."""

import asyncio
import email
import json
from email.policy import default
from urllib.parse import parse_qs, urlsplit

import httpx2
import msgspec
import pytest
from joserfc import jwk, jwt

from dalgu.access.links import LinkNotValid
from dalgu.access.oidc import IdentityTokenInvalid, code_challenge
from dalgu.kernel.settings import Settings
from dalgu.services.citizens.people.joining import Joining
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.mail import Mail, MailUnsent, Post
from dalgu.services.citizens.people.refusals import (
    AddressInvalid,
    ClaimMissing,
    DistrictUnknown,
    ProviderMissing,
    VoiceTaken,
)

HOME, PASSWORD = "https://city.example", "the river is wide at Gangjeong"
ISSUER = "https://id.example.org/realms/city"
KEY = jwk.ECKey.generate_key("P-256", {"kid": "one"})


class MailServer:
    """Takes mails by SMTP (RFC 5321) on loopback and keeps them."""

    def __init__(self, *, refuses=False):
        self.refuses, self.mails = refuses, []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *failed):
        self.server.close()
        await self.server.wait_closed()

    async def talk(self, reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.strip() else b""
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(email.message_from_bytes(body[:-5], policy=default))
                writer.write(b"250 kept\r\n")
            elif verb == b"RCPT" and self.refuses:
                writer.write(b"550 no such mailbox\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()


def with_mail(town, port):
    mail = msgspec.structs.replace(town.settings.mail, url=f"smtp://127.0.0.1:{port}")
    return msgspec.structs.replace(town.settings, mail=mail)


def laid(town):
    """The newest mail in the folder."""
    newest = max(town.rooms.post.folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    return email.message_from_bytes(newest.read_bytes(), policy=default)


def secret_of(message):
    [link] = [one for one in message.get_content().split() if one.startswith(HOME)]
    return link.rpartition("/")[2]


def test_a_link_goes_to_the_address_by_a_real_mail_server(town):
    async def walk():
        async with MailServer() as server:
            settings = with_mail(town, server.port)
            post = Post(settings, town.clock, town.folder)
            joining = Joining(town.ground, town.rooms.people, post)
            await joining.invite(" Mina@Example.org ", "en", HOME)
            return server.mails

    [message] = town.run(walk())
    assert message["To"] == "mina@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    session = town.run(town.rooms.joining.redeem(secret_of(message), "mina", PASSWORD))
    people = town.rooms.people
    assert people.person(session.actor).level is Level.EMAIL
    assert people.account_of("mina@example.org") == session.actor.id
    assert town.run(people.addresses.open(session.actor.id, "test")) == "mina@example.org"


def test_a_mail_that_the_server_refuses_is_told_without_its_words(town):
    async def walk():
        async with MailServer(refuses=True) as server:
            post = Post(with_mail(town, server.port), town.clock, town.folder)
            await post.send(Mail("nobody@example.org", "주제", "본문"))

    with pytest.raises(MailUnsent) as refused:
        town.run(walk())
    assert "nobody" not in refused.value.detail


def test_a_mail_server_that_is_away_is_a_typed_refusal(town):
    post = Post(with_mail(town, 9), town.clock, town.folder)
    with pytest.raises(MailUnsent):
        town.run(post.send(Mail("a@example.org", "s", "b")))


def test_without_a_server_mails_lie_in_a_folder_of_the_owner(town):
    town.run(town.rooms.joining.invite("jun@example.org", "ko", HOME))
    assert town.rooms.post.waiting() == 1
    assert laid(town)["Subject"] == "[달구] 참여를 시작하는 링크"
    [file] = town.rooms.post.folder.glob("*.eml")
    assert file.stat().st_mode & 0o077 == 0


def test_a_link_works_once_and_not_for_ever(town):
    town.run(town.rooms.joining.invite("jun@example.org", "en", HOME))
    secret = secret_of(laid(town))
    assert town.run(town.rooms.joining.address_of(secret)) == "jun@example.org"
    town.run(town.rooms.joining.redeem(secret, "jun", PASSWORD))
    with pytest.raises(LinkNotValid):
        town.run(town.rooms.joining.redeem(secret, "jun2", PASSWORD))
    town.run(town.rooms.joining.invite("so@example.org", "en", HOME))
    late = secret_of(laid(town))
    town.wait(hours=73)
    with pytest.raises(LinkNotValid):
        town.run(town.rooms.joining.address_of(late))


def test_a_known_address_gets_a_way_back_and_no_second_account(town):
    chief = town.run(town.access.create_administrator_link())
    town.run(town.access.redeem_link(chief, "chief", PASSWORD))
    joining = town.rooms.joining
    town.run(joining.invite("jun@example.org", "en", HOME))
    first = town.run(joining.redeem(secret_of(laid(town)), "jun", PASSWORD))
    town.wait(minutes=1)
    town.run(joining.invite("JUN@example.org", "en", HOME))
    assert "new password" in laid(town)["Subject"]
    again = town.run(joining.redeem(secret_of(laid(town)), "jun", "another long sentence of words"))
    assert again.actor.id == first.actor.id
    assert len(town.rooms.people.known) == 1


@pytest.mark.parametrize(
    "typed",
    ["", "mina", "mina@", "mi na@example.org", "a@b", "a@b..c", "a@example.org\nBcc: x@y.z",
     "a@example.org,b@example.org"],
)  # fmt: skip
def test_what_is_no_address_gets_no_mail(town, typed):
    with pytest.raises(AddressInvalid):
        town.run(town.rooms.joining.invite(typed, "ko", HOME))
    assert town.rooms.post.waiting() == 0


def test_leaving_erases_the_account_and_its_address(town):
    joining, people = town.rooms.joining, town.rooms.people
    town.run(joining.invite("jun@example.org", "en", HOME))
    session = town.run(joining.redeem(secret_of(laid(town)), "jun", PASSWORD))
    town.run(people.leave(session.actor))
    town.run(town.access.accounts.erase(session.actor))
    assert town.run(town.access.actor_of_session(session.secret)) is None
    assert town.run(people.addresses.open(session.actor.id, "test")) is None
    town.run(joining.invite("jun@example.org", "en", HOME))
    again = town.run(joining.redeem(secret_of(laid(town)), "jun", PASSWORD))
    assert again.actor.id != session.actor.id


# -- an identity provider --------------------------------------------------------------------------


class TinyProvider:
    """Gives a code for an authorization request, and claims of a resident for the code."""

    def __init__(self, town, **claims):
        self.town, self.claims, self.request = town, claims, {}

    def authorize(self, address):
        self.request = {name: given[0] for name, given in parse_qs(urlsplit(address).query).items()}
        return "c0de", self.request["state"]

    def answer(self, path, form):
        if path.endswith("/certs"):
            return 200, {"keys": [KEY.as_dict(private=False)]}
        if not path.endswith("/token"):
            return 200, {
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth",
                "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/certs",
            }  # fmt: skip
        if code_challenge(form["code_verifier"][0]) != self.request["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.town.clock.now().timestamp())
        claims = {"iss": ISSUER, "sub": "24828", "aud": "dalgu", "exp": now + 60, "iat": now}
        claims |= {"nonce": self.request["nonce"], **self.claims}
        return 200, {"id_token": jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY)}

    async def __call__(self, scope, receive, send):
        form = parse_qs((await receive())["body"].decode())
        status, content = self.answer(scope["path"], form)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(content).encode()})


RESIDENT = {"district": "수성구", "birthdate": "1990-01-01", "gender": "female"}


def vouched(town, actor, claims, **named):
    """Let a provider with such claims vouch for an actor."""
    access = msgspec.structs.replace(
        town.settings.access, oidc_issuer=ISSUER, oidc_client_id="dalgu"
    )
    citizens = msgspec.structs.replace(town.settings.citizens, **named)
    settings = msgspec.structs.replace(Settings(), access=access, citizens=citizens)
    ground = town.ground.__class__(
        **{name: getattr(town.ground, name) for name in town.ground.__slots__}
        | {"settings": settings}
    )
    provider = TinyProvider(town, **claims)
    joining = Joining(ground, town.rooms.people, town.rooms.post,
                      transport=httpx2.ASGITransport(app=provider))  # fmt: skip
    described = town.run(joining.client().provider())
    departure = town.access.oidc.depart(described, f"{HOME}/return", "openid profile")
    code, state = provider.authorize(departure.address)
    assert provider.request["scope"] == "openid profile"
    attempt = town.access.oidc.attempt_of(departure.cookie, state)
    person = town.rooms.people.person(actor)
    return town.run(joining.arrive(person, attempt, code))


def test_a_provider_vouches_for_a_resident(town):
    person = vouched(town, town.citizen(Level.EMAIL), RESIDENT)
    assert (person.level, person.birth_year, person.sex) == (Level.RESIDENT, 1990, "f")
    assert town.ground.city.district(person.district).name.ko == "수성구"
    assert b"24828" not in (town.folder / "city.db").read_bytes()


def test_one_subject_is_one_voice(town):
    vouched(town, town.citizen(Level.EMAIL), RESIDENT)
    with pytest.raises(VoiceTaken):
        vouched(town, town.citizen(Level.EMAIL), RESIDENT)


def test_a_claim_with_the_registration_number_is_the_same_voice_as_at_the_desk(town):
    code, _ = town.run(town.rooms.people.make_code(town.staff, "9001012345678", "22060"))
    town.run(town.rooms.people.use_code(town.citizen(Level.EMAIL), code))
    with pytest.raises(VoiceTaken):
        vouched(town, town.citizen(Level.EMAIL), RESIDENT | {"rrn": "9001012345678"},
                claim_person="rrn")  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        (RESIDENT | {"district": "강남구"}, DistrictUnknown),
        ({"district": "수성구"}, ClaimMissing),
        (RESIDENT | {"birthdate": "unknown"}, ClaimMissing),
        ({"birthdate": "1990"}, ClaimMissing),
        (RESIDENT | {"nonce": "another"}, IdentityTokenInvalid),
        (RESIDENT | {"aud": "other"}, IdentityTokenInvalid),
    ],
)
def test_what_a_provider_does_not_say_makes_no_resident(town, claims, refusal):
    reader = town.citizen(Level.EMAIL)
    with pytest.raises(refusal):
        vouched(town, reader, claims)
    assert town.rooms.people.person(reader).level is Level.EMAIL


def test_a_part_of_a_claim_can_be_named(town):
    claims = {"address": {"region": "22060"}, "birthdate": "1990"}
    person = vouched(town, town.citizen(Level.EMAIL), claims, claim_district="address.region")
    assert person.district == "22060"


def test_without_a_provider_nothing_departs(town):
    with pytest.raises(ProviderMissing):
        town.rooms.joining.client()
