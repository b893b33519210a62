"""Innovation with citizens and firms: city problems, fab labs, venture companies."""

from dalgu.governance.entities.sourced import Sourced, day
from dalgu.hub.model import Count, Entity, Flag, Label, Plain, label, prop
from dalgu.kernel.text import Text


class CityProblem(
    Entity,
    Sourced,
    unmodelled=Text(
        "도시문제 발굴 과제와 그 단계를 나타내는 모델이 없다.",
        "No model describes a problem of the city and how far its solution has come.",
    ),
):
    """A problem of the city that was identified, and how far it came."""

    name: Label = label()
    identified_on: Plain = day("발굴일", "The day it was identified")
    stage: Plain = prop("추진 단계", "identified, plan, demo, operate or stopped")


class FabLabSession(
    Entity,
    Sourced,
    unmodelled=Text(
        "팹랩 운영 기록을 나타내는 모델이 없다.",
        "No model describes a session of a fab lab.",
    ),
):
    """One session of a fab lab."""

    lab: Plain = prop("팹랩", "Which fab lab")
    held_on: Plain = day("운영일", "The day of the session")
    attendance: Count = prop("참여 인원", "How many took part")


class Company(
    Entity,
    Sourced,
    unmodelled=Text(
        "벤처기업 확인의 유효 기간을 나타내는 모델이 없다.",
        "No model describes how long a company's venture certificate holds.",
    ),
):
    """A company located in the city and its venture certificate."""

    name: Label = label()
    has_venture_certificate: Flag = prop("벤처기업 확인", "Whether it has ever had one")
    certificate_since: Plain = day("확인 시작일", "First day of the certificate")
    certificate_until: Plain = day("확인 만료일", "Last day of the certificate")
    is_located: Flag = prop("관내 소재", "Whether its seat is in the city")
