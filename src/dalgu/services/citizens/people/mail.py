"""Mails out of the house: by the city's mail server, or into a folder until there is one.

Without a server every mail lies as an `.eml` file in the data folder, readable by its owner
alone, so that a small city can begin and nothing is lost; the staff's page says so.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.store.durable import create

TIMEOUT_S = 20.0
FOLDER = Path("citizens") / "mail"


class MailUnsent(DalguError):
    """The mail server does not take a mail."""

    status = 502
    slug = "mail-unsent"
    title = "The mail cannot be sent"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The mail cannot be sent: the mail server answers with {why}. Try again in a few "
            "minutes.",
            why=why,
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: plain text, so that it can be read everywhere and loads nothing."""

    to: str
    subject: str
    body: str
    headers: Mapping[str, str] | None = None


class Post:
    """Sends mails."""

    def __init__(self, settings: Settings, clock: Clock, folder: Path) -> None:
        self._settings = settings.mail
        self._clock = clock
        self.folder = folder / FOLDER

    @property
    def has_server(self) -> bool:
        """Whether a mail server is set."""
        return self._settings.url is not None

    def waiting(self) -> int:
        """Return how many mails lie in the folder."""
        return sum(1 for _ in self.folder.glob("*.eml")) if self.folder.is_dir() else 0

    async def send(self, mail: Mail) -> None:
        """Send a mail, or lay it into the folder; raise `MailUnsent`."""
        message = self._message(mail)
        if self._settings.url is None:
            await asyncio.to_thread(self._lay, message)
            return
        try:
            await asyncio.to_thread(deliver, self._settings.url, message)
        except (OSError, smtplib.SMTPException) as reason:
            raise MailUnsent(type(reason).__name__) from None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        sender = self._settings.sender
        message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
        message["Date"] = format_datetime(local(self._clock.now()))
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by machine
        for name, value in (mail.headers or {}).items():
            message[name] = value
        message.set_content(mail.body)
        return message

    def _lay(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        at = f"{local(self._clock.now()):%Y%m%d-%H%M%S}"
        create(self.folder / f"{at}-{name}.eml", message.as_bytes())


def deliver(url: str, message: EmailMessage) -> None:
    """Hand a message to a mail server; with a password only over TLS.

    `smtps` is TLS from the start (RFC 8314); `smtp` begins TLS where the server can.
    """
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_S, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
    with server:
        if parts.scheme == "smtp":
            server.ehlo()
            if parts.username or server.has_extn("starttls"):
                server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
