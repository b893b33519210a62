"""A conversation as a page and a program see it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from dalgu.hub.model import JSON
from dalgu.kernel.text import Language
from dalgu.services.assistant.answers.reply import Citation, Reply
from dalgu.services.assistant.handovers.handovers import Ticket

REQUESTS = "/requests/new"


def filing_path(reply: Reply, asked: str) -> str:
    """Return the path of a request filled from the chat; empty where a reply leads to none."""
    if not reply.service_code:
        return ""
    filled = {"service_code": reply.service_code, "description": asked, "from": "assistant"}
    return f"{REQUESTS}?{urlencode(filled)}"


def reply_told(reply: Reply, asked: str, language: Language) -> dict[str, JSON]:
    """Return a reply for programs, in one language."""
    path = filing_path(reply, asked)
    return {
        "kind": reply.kind,
        "text": _text(reply, language),
        "quotes": list(reply.quotes),
        "rephrased": list(reply.rephrased),
        "citations": [_cited(one, language) for one in reply.citations],
        "suggestions": [
            {"section": one.section, "title": one.title.say(language) or one.title.ko}
            for one in reply.suggestions
        ],
        "request": {"serviceCode": reply.service_code, "path": f"/{language}{path}"}
        if path
        else None,
        "chance": round(reply.chance, 3),
    }


def ticket_told(ticket: Ticket | None) -> Mapping[str, JSON] | None:
    """Return a ticket for the program that handed its conversation over."""
    if ticket is None:
        return None
    lines = [{"who": line.who, "text": line.text} for _, line in ticket.lines]
    return {
        "number": ticket.number,
        "state": ticket.state,
        "due": ticket.due.isoformat(),
        "lines": lines,
    }


def _text(reply: Reply, language: Language) -> str:
    if reply.said is not None:
        return reply.said.say(language)
    if reply.office is not None:
        return " ".join(part for part in (reply.office.say(language), reply.phone) if part)
    return " ".join(reply.rephrased or reply.quotes)


def _cited(one: Citation, language: Language) -> dict[str, JSON]:
    return {
        "section": one.section,
        "document": one.document,
        "title": one.title.say(language) or one.title.ko,
        "department": one.department.say(language) or one.department.ko,
        "phone": one.phone,
        "date": None if one.on is None else one.on.isoformat(),
        "path": f"/{language}/ask/sections/{one.section}",
    }
