"""The entity types of crossings: demand, who is on them, and each caution given."""

from dalgu.hub.model import (
    Count,
    Entity,
    Link,
    Place,
    Plain,
    Quantity,
    place,
    prop,
    quantity,
    relationship,
)
from dalgu.kernel.text import Text


class PedestrianCrossing(
    Entity,
    unmodelled=Text(
        "횡단보도의 보행 수요와 연장, 경고를 나타내는 모델이 없다.",
        "No model describes demand, extensions and cautions at a pedestrian crossing.",
    ),
):
    """A crossing: who wants to walk, who is on it now, what was done for them."""

    ref_signal: Link = relationship("신호", "The SignalController that gives its walk light")
    zone: Plain = prop("보호구역", "none, school or silver (Road Traffic Act, 12 and 12-2)")
    length: Quantity = quantity("MTR", "길이", "From kerb to kerb")
    call_count: Count = prop("보행 요청", "Waits for a walk light that began, in five minutes")
    wait: Quantity = quantity("SEC", "평균 대기", "Mean of the waits that ended, in five minutes")
    waiting_count: Count = prop("대기 인원", "People at its kerbs now, as roadside detection sees")
    walking_count: Count = prop("횡단 인원", "People on it now, as roadside detection sees")
    clear_in: Quantity = quantity("SEC", "횡단 완료까지", "Until the slowest of them has left it")
    extension: Quantity = quantity("SEC", "보행 연장", "Walk time added, in five minutes")
    extension_count: Count = prop("연장 횟수", "Greens made longer, in five minutes")
    caution_count: Count = prop("경고", "Cautions since the detector's last message")
    encounter_count: Count = prop("상충", "Encounters since then, PET under 5 s")
    severe_count: Count = prop("심한 상충", "Of them with a PET under 1.5 s")
    stop_kept_count: Count = prop("적색 정지 준수", "Right turns at red that stopped first")
    stop_broken_count: Count = prop("적색 정지 위반", "Right turns at red that did not")
    yield_kept_count: Count = prop("보행자 앞 정지 준수", "Right turns that stopped for walkers")
    yield_broken_count: Count = prop("보행자 앞 정지 위반", "Right turns that did not")
    wait_kept_count: Count = prop("우회전 신호 준수", "Right turns that waited for their arrow")
    wait_broken_count: Count = prop("우회전 신호 위반", "Right turns under a red arrow")
    slow_count: Count = prop("서행 우회전", "Right turns that had nobody to stop for")
    location: Place = place()


class CrossingCaution(
    Entity,
    unmodelled=Text(
        "횡단보도에서 예상된 상충과 경고를 나타내는 모델이 없다.",
        "No model describes a predicted encounter at a crossing and the caution given.",
    ),
):
    """A caution at a crossing: a vehicle and somebody on foot were about to meet.

    Of kind `right-turn`: a vehicle that had to stop was about not to while somebody crossed.
    """

    ref_crossing: Link = relationship("횡단보도", "The PedestrianCrossing")
    kind: Plain = prop("종류", "turning, ahead, still-crossing or right-turn")
    severity: Plain = prop("심각도", "medium; high: PET under 1.5 s, or emergency braking needed")
    duty: Plain = prop("우회전 의무", "Of a right turn: stop, yield or wait")
    braking: Quantity = quantity("MSK", "필요 감속도", "Of a right turn, to stop before the line")
    post_encroachment: Quantity = quantity("SEC", "예상 PET", "Predicted post-encroachment time")
    closest_in: Quantity = quantity("SEC", "예상 시점", "From the caution to the later one's entry")
    likelihood: Quantity = quantity("C62", "가능성", "Predicted likelihood, 0 to 1")
    location: Place = place()


ENTITIES: tuple[type[Entity], ...] = (PedestrianCrossing, CrossingCaution)
