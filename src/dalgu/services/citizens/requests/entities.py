"""The entity that the hub knows of a request: so it has history, subscribers and indicators."""

from typing import TYPE_CHECKING

from dalgu.hub.model import (
    Count,
    Entity,
    Flag,
    Label,
    Link,
    Place,
    Plain,
    instant,
    label,
    place,
    prop,
    relationship,
)
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.citizens.requests.words import STATES, State

if TYPE_CHECKING:
    from dalgu.services.citizens.requests.catalogue import CityService
    from dalgu.services.citizens.requests.state import ServiceRequest as Standing


class ServiceRequest(Entity, model="dataModel.IssueTracking/service_requests"):
    """Something that citizens ask the city to mend.

    The model writes the names of GeoReport v2 as they are, with underscores; here they are as all
    names of ours: `serviceCode` is its `service_code`. Who reported it is in no entity.
    """

    name: Label = label("제목", "Its type and its dong, in a few words")
    description: Plain = prop("내용", "What was reported, masked")
    status: Plain = prop("상태", "open or closed; a duplicate is as open as its parent")
    service_code: Plain = prop("유형 코드", "Code of the type of request")
    service_group: Plain = prop("유형 묶음", "Code of the group of its type")
    service_request_id: Plain = prop("신고 번호", "Its number")
    detailed_status: Plain = prop(
        "처리 상태", "submitted, acknowledged, …, fixed, closed_not_fixed"
    )
    detailed_status_name: Label = label("처리 상태의 이름", "How people call its state")
    agency_responsible: Label = label("담당", "The department that has it")
    closing_reason: Plain = prop("마친 까닭", "Why it was closed without being fixed")
    requested_datetime: Plain = instant("접수 시각", "When it was filed; ISO 8601")
    updated_datetime: Plain = instant("바뀐 시각", "When it changed last; ISO 8601")
    closed_datetime: Plain = instant("마친 시각", "When it ended; ISO 8601")
    expected_datetime: Plain = prop("기한", "Last day of its term; ISO 8601")
    is_met: Flag = prop("기한 지킴", "Whether its term was met; absent while it runs")
    channel: Plain = prop("접수 경로", "page, open311, assistant or proposal")
    followers: Count = prop("함께한 사람", "How many others say so, too")
    photos: Count = prop("사진 수", "How many photos it has")
    reopened: Count = prop("다시 연 횟수", "How often its reporter opened it again")
    district: Plain = prop("시군구", "Code of the district it lies in")
    dong: Plain = prop("행정동", "Administrative dong code")
    duplicate_of: Link = relationship("같은 신고", "The request that it was merged into")
    asset: Link = relationship("대상 시설", "The lamp, meter, bin or car park it concerns")
    location: Place = place()


ENTITIES = (ServiceRequest,)
HIDDEN = "[hidden]"


def drawn(
    request: "Standing",
    service: "CityService",
    names: tuple[Text, Text],
    *,
    is_open: bool,
    is_hidden: bool,
) -> ServiceRequest:
    """Return a request as the hub knows it now; `names` are its own and its department's."""
    (name, agency), filed, moved = names, request.filed, request.moved
    due, met_on = request.term.due, request.term.met_on
    return ServiceRequest(
        id=EntityId(request.subject),
        name=name,
        # An attribute that is left out stays as it was in the hub: what is hidden is written over.
        description=HIDDEN if is_hidden else filed.description,
        status="open" if is_open else "closed",
        service_code=service.code,
        service_group=service.group,
        service_request_id=str(request.number),
        detailed_status=request.state,
        detailed_status_name=STATES[request.state],
        agency_responsible=agency,
        closing_reason=None if moved is None or moved.reason is None else moved.reason,
        requested_datetime=iso(request.at),
        updated_datetime=iso(request.changed_at),
        closed_datetime=None if request.ended_at is None else iso(request.ended_at),
        expected_datetime=None if due is None else due.isoformat(),
        is_met=None if met_on is None else due is None or met_on <= due,
        channel=filed.channel,
        followers=len(request.followers),
        photos=len(request.photos),
        reopened=sum(one.state is State.REOPENED and not one.is_update for one in request.steps),
        district=filed.district,
        dong=filed.dong,
        duplicate_of=_id_of(request.parent),
        asset=EntityId(filed.asset) if filed.asset else None,
        location={"type": "Point", "coordinates": [filed.lon, filed.lat]},
    )


def _id_of(number: int) -> EntityId | None:
    return EntityId(f"urn:ngsi-ld:ServiceRequest:{number}") if number else None
