"""People, by pseudonym only: staff and their training, those who take part, those who answer."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import (
    Entity,
    Flag,
    Link,
    Plain,
    Quantity,
    instant,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text

_NO_PERSON = Text(
    "Person 모델은 이름과 연락처를 담지만, 허브에는 가명만 있다.",
    "The Person model holds names and addresses; the hub holds pseudonyms only.",
)


class Staff(Entity, Sourced, unmodelled=_NO_PERSON):
    """One post of the city's staff, under the pseudonym of a staff number."""

    job_family: Plain = prop("직군", "smartCity, data, ict or other")
    fte: Quantity = quantity("C62", "전일제 환산 인원", "Full-time equivalents, 0 to 1")
    smart_city_share: Quantity = quantity(
        "C62", "스마트도시 업무 비중", "Share of the working time for the smart city, 0 to 1"
    )
    unit: Link = relationship("소속 부서", "The Department it belongs to")
    since: Plain = day("임용일", "First day in this post")
    until: Plain = day("퇴직·전출일", "Last day in this post; absent while it lasts")


class Training(
    Entity,
    Sourced,
    unmodelled=Text(
        "공무원 교육 이수를 나타내는 모델이 없다.",
        "No model describes a training that an official completed.",
    ),
):
    """One training that a member of staff completed."""

    staff: Link = relationship("이수자", "The Staff who completed it")
    hours: Quantity = quantity("HUR", "교육 시간", "Hours that count")
    is_accredited: Flag = prop("인정 여부", "Whether an accredited body gave it")
    completed_on: Plain = day("이수일", "The day it was completed")
    subject: Plain = prop("교육 과정", "What it was about")


class Participation(
    Entity,
    Sourced,
    unmodelled=Text(
        "시민 참여 행위를 나타내는 모델이 없다.",
        "No model describes one act of taking part.",
    ),
):
    """One act of a citizen who took part."""

    person: Plain = prop("참여자 가명", "Pseudonym of who took part")
    action: Plain = prop("참여 유형", "proposal, vote, report, budget or other")
    at: Plain = instant("참여 시각", "When; ISO 8601")
    channel: Plain = prop("참여 경로", "online or offline")


class LivingLabSession(
    Entity,
    Sourced,
    unmodelled=Text(
        "리빙랩 참여 기록을 나타내는 모델이 없다.",
        "No model describes who attended a living lab.",
    ),
):
    """One citizen scientist at one session of a living lab."""

    member: Plain = prop("참여자 가명", "Pseudonym of the citizen scientist")
    held_on: Plain = day("개최일", "The day of the session")
    lab: Plain = prop("리빙랩", "Which living lab")


class SurveyResponse(
    Entity,
    Sourced,
    unmodelled=Text(
        "설문 응답 한 건을 나타내는 모델이 없다.",
        "No model describes one answer to a survey.",
    ),
):
    """One answer to a survey of citizens, without who gave it."""

    survey: Plain = prop("조사", "Which survey")
    score: Quantity = quantity("C62", "만족도 점수", "Satisfaction, 0 to 100")
    weight: Quantity = quantity("C62", "가중값", "Weight of the answer in its stratum")
    answered_on: Plain = day("응답일", "The day of the answer")
