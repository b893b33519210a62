"""An OpenAI-compatible endpoint that may say a quotation more simply, and nothing else.

The quotation is sent with the masked question; what comes back is held against the quotation
sentence by sentence (`answers/checking.py`). Without an answer in time, or when nothing of it
holds, the reply stays as it was.
"""

import logging
from typing import TYPE_CHECKING

import msgspec

from dalgu.kernel.setting_fields import AssistantSettings
from dalgu.services.assistant.answers.checking import held
from dalgu.services.assistant.answers.finding import language_of_text
from dalgu.services.assistant.answers.reply import Reply

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 8.0
MOST_TOKENS, LONGEST_BYTES = 400, 100_000
ORDER = (
    "You rephrase a quotation from a city's document so that it answers a citizen's question in "
    "plain polite {language}. Use only what the quotation says: no word of your own about facts, "
    "no number that is not in it, one short sentence a line. Reply with the sentences only."
)
LANGUAGES = {"ko": "Korean", "en": "English"}

log = logging.getLogger(__name__)


class _Message(msgspec.Struct):
    content: str = ""


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice] = []


class Endpoint:
    """A chat endpoint as OpenAI's API describes it."""

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        *,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self._model, self._key, self._transport = model, key, transport
        self.dropped = 0  # sentences that the quotation did not bear out

    @classmethod
    def of(cls, settings: AssistantSettings) -> "Endpoint | None":
        """Return the endpoint that is set, `None` where none is."""
        if settings.url is None:
            return None
        return cls(settings.url, settings.model, settings.key or "")

    async def rephrased(self, question: str, reply: Reply) -> Reply:
        """Return a reply with what the endpoint says of its quotation, as far as it holds."""
        said = await self._asked(question, reply)
        if not said:
            return reply
        sentences = held(said, reply.quotes, reply.citations[0].title.say("ko"))
        self.dropped += max(len([one for one in said.splitlines() if one.strip()]), 1) - len(
            sentences
        )
        return msgspec.structs.replace(reply, rephrased=sentences)

    async def _asked(self, question: str, reply: Reply) -> str:
        import httpx2

        quotation = "\n".join(reply.quotes)
        order = ORDER.format(language=LANGUAGES[language_of_text(quotation)])
        body = {
            "model": self._model,
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "messages": [
                {"role": "system", "content": order},
                {"role": "user", "content": f"Question: {question}\nQuotation:\n{quotation}"},
            ],
        }
        headers = {"authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            async with httpx2.AsyncClient(transport=self._transport, timeout=TIMEOUT_S) as client:
                answer = await client.post(self._url, json=body, headers=headers)
            answer.raise_for_status()
            told = msgspec.json.decode(answer.content[:LONGEST_BYTES], type=_Completion)
        except (httpx2.HTTPError, msgspec.MsgspecError) as failed:
            log.warning("assistant.endpoint_failed", extra={"why": type(failed).__name__})
            return ""
        return told.choices[0].message.content.strip() if told.choices else ""
