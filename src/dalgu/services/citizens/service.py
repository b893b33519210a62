"""The citizens' service: a table of contents."""

from dalgu.kernel.text import Text
from dalgu.service import Service
from dalgu.services.citizens.api import opened
from dalgu.services.citizens.ballots.entities import ENTITIES as BALLOTS
from dalgu.services.citizens.budgets.entities import ENTITIES as BUDGETS
from dalgu.services.citizens.clocks.entities import ENTITIES as CLOCKS
from dalgu.services.citizens.discovery.calls.entities import ENTITIES as TESTBED_CALLS
from dalgu.services.citizens.discovery.entities import ENTITIES as DISCOVERY
from dalgu.services.citizens.moderation.entities import ENTITIES as MODERATION
from dalgu.services.citizens.opinions.entities import ENTITIES as OPINIONS
from dalgu.services.citizens.proposals.entities import ENTITIES as PROPOSALS
from dalgu.services.citizens.requests.entities import ENTITIES as REQUESTS
from dalgu.services.citizens.roundtables.entities import ENTITIES as ROUNDTABLES

SERVICE = Service(
    name="citizens",
    title=Text("시민 참여", "Citizens"),
    summary=Text(
        "제안과 민원, 원탁회의와 투표, 문제 발굴이 하나의 사슬로 이어집니다.",
        "Proposals and requests, roundtables and ballots, problems found: one chain.",
    ),
    entities=(
        *BALLOTS,
        *MODERATION,
        *BUDGETS,
        *OPINIONS,
        *CLOCKS,
        *PROPOSALS,
        *ROUNDTABLES,
        *REQUESTS,
        *DISCOVERY,
        *TESTBED_CALLS,
    ),
    open=opened,
)
