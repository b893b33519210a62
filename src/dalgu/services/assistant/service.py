"""The assistant service: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Service
from dalgu.services.assistant.api import opened
from dalgu.services.assistant.entities import ENTITIES

SERVICE = Service(
    name="assistant",
    title=Text("뚜봇", "Ddubot"),
    summary=Text(
        "시의 문서에서만 찾아 출처와 함께 답하고, 모르면 사람에게 넘깁니다.",
        "Answers from the city's documents only, with their source, and hands over what it does "
        "not know.",
    ),
    entities=ENTITIES,
    open=opened,
)
