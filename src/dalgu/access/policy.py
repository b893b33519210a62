"""The one table of who may do what. What it does not name is refused."""

from dataclasses import dataclass
from enum import StrEnum

from dalgu.access.actor import Actor, Role
from dalgu.kernel.errors import Forbidden, Unauthenticated
from dalgu.kernel.text import Text


class Operation(StrEnum):
    """Everything the platform can be asked to do."""

    PUBLIC_READ = "public.read"
    SESSION_OPEN = "session.open"
    SESSION_CLOSE = "session.close"
    ACCOUNT_SELF = "account.self"
    PAGE_READ = "page.read"
    ENTITY_READ = "entity.read"
    ENTITY_WRITE = "entity.write"
    ENTITY_DELETE = "entity.delete"
    SUBSCRIPTION_READ = "subscription.read"
    SUBSCRIPTION_WRITE = "subscription.write"
    NOTICE_SEND = "notice.send"
    EXPORT_READ = "export.read"
    UPLINK_SEND = "uplink.send"
    MESSAGE_READ = "message.read"
    DEVICE_READ = "device.read"
    DEVICE_WRITE = "device.write"
    DEVICE_KEY_WRITE = "device_key.write"
    DEVICE_KEY_OPEN = "device_key.open"
    PERSON_WRITE = "person.write"
    PERSON_OPEN = "person.open"
    CREDENTIAL_WRITE = "credential.write"
    CREDENTIAL_OPEN = "credential.open"
    IMPORT_RUN = "import.run"
    INCIDENT_READ = "incident.read"
    INCIDENT_HANDLE = "incident.handle"
    CAMERA_SEE = "camera.see"
    CAMERA_GRANT = "camera.grant"
    CARE_READ = "care.read"
    WARNING_SEND = "warning.send"
    WARNING_TAKE = "warning.take"
    LINK_READ = "link.read"
    LINK_SEND = "link.send"
    SHIFT_READ = "shift.read"
    SHIFT_WRITE = "shift.write"
    DRILL_RUN = "drill.run"
    CENTER_SET = "center.set"
    CITIZEN_TAKE_PART = "citizen.take_part"
    CITIZEN_VOUCH = "citizen.vouch"
    CITIZENS_SERVE = "citizens.serve"
    CITIZENS_MODERATE = "citizens.moderate"
    REQUEST_FILE = "request.file"
    ASSISTANT_ASK = "assistant.ask"
    ASSISTANT_EDIT = "assistant.edit"
    JOB_RUN = "job.run"
    METER_EDIT = "meter.edit"
    BILL_READ = "bill.read"
    BILL_WRITE = "bill.write"
    LEAK_HANDLE = "leak.handle"
    SIGNAL_CONTROL = "signal.control"
    SIGNAL_EDIT = "signal.edit"
    TRAFFIC_DISPERSE = "traffic.disperse"
    INDICATOR_READ = "indicator.read"
    ASSESSMENT_RUN = "assessment.run"
    EVIDENCE_READ = "evidence.read"
    REGISTER_WRITE = "register.write"
    CERTIFICATION_TAKE_PART = "certification.take_part"
    CERTIFICATION_GRANT = "certification.grant"
    CERTIFICATION_VERIFY_LOG = "certification.verify_log"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    TOKEN_READ = "token.read"  # noqa: S105 - an operation, not a secret
    TOKEN_WRITE = "token.write"  # noqa: S105 - an operation, not a secret
    AUDIT_READ = "audit.read"
    SETTING_READ = "setting.read"
    BACKUP_MAKE = "backup.make"
    TENANT_READ = "tenant.read"
    TENANT_WRITE = "tenant.write"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one operation.

    `public` opens it to everybody. `bound` operations touch one district's people or
    things: an actor of some districts must name the district to be allowed.
    """

    title: Text
    roles: frozenset[Role]
    public: bool = False
    bound: bool = False


_V, _O, _A = Role.VIEWER, Role.OPERATOR, Role.ANALYST
_E, _M, _S = Role.EVALUATOR, Role.ADMINISTRATOR, Role.SERVICE
_C = Role.CITIZEN
_ALL = frozenset(Role) - {_C}  # who works for the city
_PERSONS = _ALL - {_S}


def _rule(ko: str, en: str, *roles: Role, bound: bool = False) -> Rule:
    return Rule(Text(ko, en), frozenset(roles), bound=bound)


def _open(ko: str, en: str) -> Rule:
    return Rule(Text(ko, en), frozenset(Role), public=True)


POLICY: dict[Operation, Rule] = {
    # open to everybody: public pages and their map, health, contexts, static files
    Operation.PUBLIC_READ: _open("공개 화면 보기", "See public pages"),
    Operation.SESSION_OPEN: _open("로그인", "Sign in"),
    # one's own
    Operation.SESSION_CLOSE: _rule("로그아웃", "Sign out", _C, *_PERSONS),
    Operation.ACCOUNT_SELF: _rule("내 비밀번호 바꾸기", "Change one's own password", _C, *_PERSONS),
    # the center's pages and the hub
    Operation.PAGE_READ: _rule("운영 화면 보기", "See the center's pages", *_PERSONS),
    Operation.ENTITY_READ: _rule("엔티티와 이력 조회", "Read entities and history", *_ALL),
    Operation.ENTITY_WRITE: _rule("엔티티 쓰기", "Write entities", _M, _S, bound=True),
    Operation.ENTITY_DELETE: _rule("엔티티 삭제", "Delete entities", _M, _S, bound=True),
    Operation.SUBSCRIPTION_READ: _rule("구독 조회", "Read subscriptions", _O, _A, _M, _S),
    # A subscription sends the city's data away: not for every reader, and as it looks at all
    # districts, not for those of some.
    Operation.SUBSCRIPTION_WRITE: _rule("구독 만들기", "Write subscriptions", _M, _S, bound=True),
    # the id of the forwarded subscription, which only its source knows, is what lets a hub in
    Operation.NOTICE_SEND: _open("다른 허브의 알림 받기", "Take notifications of other hubs"),
    Operation.EXPORT_READ: _rule("대량 내려받기", "Export history in bulk", _A, _E, _M, _S),
    # devices
    Operation.UPLINK_SEND: _rule("장치 메시지 보내기", "Send device messages", _M, _S),
    Operation.MESSAGE_READ: _rule("장치 원문 보기", "Read device messages", _O, _A, _E, _M),
    Operation.DEVICE_READ: _rule("장치 대장 조회", "Read the device registry", *_ALL),
    Operation.DEVICE_WRITE: _rule("장치 등록", "Register devices", _O, _M, _S, bound=True),
    Operation.DEVICE_KEY_WRITE: _rule("장치 키 저장", "Store device keys", _M, bound=True),
    Operation.DEVICE_KEY_OPEN: _rule("장치 키 열기", "Open device keys", _M, _S, bound=True),
    # the vault's other rooms
    Operation.PERSON_WRITE: _rule("이름 저장", "Store personal names", _O, _M, bound=True),
    Operation.PERSON_OPEN: _rule("이름 열기", "Open personal names", _O, _M, bound=True),
    Operation.CREDENTIAL_WRITE: _rule("연계 비밀 저장", "Store partners' credentials", _M),
    Operation.CREDENTIAL_OPEN: _rule("연계 비밀 열기", "Open partners' credentials", _M, _S),
    Operation.IMPORT_RUN: _rule("파일 적재", "Import files", _M, _S),
    # the day's work in the operation center: incidents, and whom and what they touch
    Operation.INCIDENT_READ: _rule("사건 보기", "See incidents", *_PERSONS, bound=True),
    Operation.INCIDENT_HANDLE: _rule("사건 처리", "Handle incidents", _O, _M, bound=True),
    Operation.CAMERA_SEE: _rule("카메라 영상 보기", "See what a camera sees", _O, _M, bound=True),
    Operation.CAMERA_GRANT: _rule("영상 제공", "Grant a camera's images", _O, _M, bound=True),
    Operation.CARE_READ: _rule("돌봄 가구 위치 보기", "See homes in care", _O, _M, bound=True),
    Operation.WARNING_SEND: _rule("경보 발령", "Send public warnings", _O, _M, bound=True),
    Operation.WARNING_TAKE: _rule("다른 기관의 경보 받기", "Take warnings of others", _M, _S),
    Operation.LINK_READ: _rule(
        "기관 연계 기록 보기", "See what agencies got", _O, _E, _M, bound=True
    ),
    Operation.LINK_SEND: _rule("기관에 알리기", "Tell 112, 119 and others", _O, _M, bound=True),
    Operation.SHIFT_READ: _rule("근무일지 보기", "Read the shift log", _O, _E, _M),
    Operation.SHIFT_WRITE: _rule("근무일지 쓰기", "Write the shift log", _O, _M),
    Operation.DRILL_RUN: _rule("훈련 실행", "Run drills", _O, _M),
    Operation.CENTER_SET: _rule("센터 설정", "Set the center's rules and walls up", _M),
    # citizens and those who serve them; which level of identity a step takes, its room asks
    Operation.CITIZEN_TAKE_PART: _rule("제안·공감·투표 참여", "Propose, support and vote", _C),
    Operation.CITIZEN_VOUCH: _rule("거주 확인 코드 발급", "Vouch for residents", _O, _M),
    Operation.CITIZENS_SERVE: _rule(
        "제안·원탁회의·민원 처리", "Answer proposals, run roundtables, work requests", _O, _M
    ),
    Operation.CITIZENS_MODERATE: _rule("게시물 관리", "Moderate what citizens write", _O, _M),
    Operation.REQUEST_FILE: _open("생활민원 신고", "File a service request"),
    Operation.ASSISTANT_ASK: _open("뚜봇에게 묻기", "Ask the assistant"),
    Operation.ASSISTANT_EDIT: _rule("안내 문서 관리", "Keep the assistant's documents", _O, _M),
    Operation.JOB_RUN: _rule("작업 실행", "Run jobs now", _O, _M),
    # water: hours set by hand, bills, leaks and their repair
    Operation.METER_EDIT: _rule("검침값 수정", "Edit meter readings", _O, _M, bound=True),
    Operation.BILL_READ: _rule("수도 요금 조회", "Read water bills", _O, _A, _M, bound=True),
    Operation.BILL_WRITE: _rule("수도 요금 산정", "Make and correct bills", _O, _M, bound=True),
    Operation.LEAK_HANDLE: _rule("누수 처리", "Handle leaks", _O, _M, bound=True),
    # traffic: who runs signals chooses controllers; what a controller knows of the street is set
    # by the administrator
    Operation.SIGNAL_CONTROL: _rule("신호 제어", "Run controllers of signals", _O, _M, bound=True),
    Operation.SIGNAL_EDIT: _rule("도로망·신호 설정", "Set streets and signal timing", _M),
    Operation.TRAFFIC_DISPERSE: _rule("교통 분산", "Lead traffic around closings", _O, _M),
    # judging: who judges writes no register that the judgement stands on
    Operation.INDICATOR_READ: _rule("지표 조회", "Read indicators", *_ALL),
    Operation.ASSESSMENT_RUN: _rule("평가 실행", "Run assessments", _E, _M, _S),
    Operation.EVIDENCE_READ: _rule("근거 조회", "Read evidence", _A, _E, _M),
    Operation.REGISTER_WRITE: _rule("대장 고치기", "Write registers", _M),
    # the process of a certification: who is what in a programme, and whose case it is, is asked
    # by the process itself; grants of programmes' first roles are the platform's
    Operation.CERTIFICATION_TAKE_PART: _rule(
        "인증 절차 참여", "Take part in certifications", *_PERSONS
    ),
    Operation.CERTIFICATION_GRANT: _rule(
        "인증 제도 등록과 첫 역할 부여", "Set programmes up, grant first roles", _M, bound=True
    ),
    Operation.CERTIFICATION_VERIFY_LOG: _rule(
        "인증 기록 검증", "Verify the log of certifications", _E, _M
    ),
    # the platform itself
    Operation.ACCOUNT_READ: _rule("계정 조회", "Read accounts", _M),
    Operation.ACCOUNT_WRITE: _rule("계정 관리", "Write accounts", _M),
    Operation.TOKEN_READ: _rule("토큰 조회", "Read API tokens", _M),
    Operation.TOKEN_WRITE: _rule("토큰 관리", "Write API tokens", _M),
    Operation.AUDIT_READ: _rule("감사 기록 조회", "Read the audit chain", _E, _M),
    Operation.SETTING_READ: _rule("설정 조회", "Read settings", _M),
    Operation.BACKUP_MAKE: _rule("백업", "Make backups", _M),
    # other tenants of the hub: for administrators of all districts
    Operation.TENANT_READ: _rule("테넌트 조회", "List the hub's tenants", _M, bound=True),
    Operation.TENANT_WRITE: _rule("테넌트 관리", "Make and delete tenants", _M, bound=True),
}
# What is public is so in the city's own tenant. In the others nothing is, but the notifications
# of hubs that a subscription of theirs was forwarded to.
OPEN_IN_EVERY_TENANT = frozenset({Operation.NOTICE_SEND})


class SignInRequired(Unauthenticated):
    """An operation that is not open to everybody is asked for by nobody in particular."""

    slug = "sign-in-required"

    def __init__(self, operation: str) -> None:
        super().__init__(
            f"Operation '{operation}' requires sign-in or an API token.", operation=operation
        )


class OperationNotAllowed(Forbidden):
    """The actor's role may not do the operation."""

    slug = "operation-not-allowed"

    def __init__(self, operation: str, role: str, allowed: str) -> None:
        super().__init__(
            f"Role '{role}' may not do '{operation}'; it takes {allowed}.",
            operation=operation,
            role=role,
        )


class DistrictNotAllowed(Forbidden):
    """The actor may do the operation, but not in this district."""

    slug = "district-not-allowed"
    title = "The district is not the actor's"

    def __init__(self, operation: str, district: str | None) -> None:
        where = "outside a named district" if district is None else f"in district '{district}'"
        super().__init__(
            f"The actor may not do '{operation}' {where}; an administrator assigns districts.",
            operation=operation,
            district=district,
        )


class TenantNotAllowed(Forbidden):
    """The actor may do the operation, but not in this tenant of the hub."""

    slug = "tenant-not-allowed"
    title = "The tenant is not the actor's"

    def __init__(self, operation: str, tenant: str, own: str) -> None:
        where = f"in tenant '{tenant}'" if tenant else "in the city's own tenant"
        way = (
            f"It belongs to tenant '{own}': send the header NGSILD-Tenant with it."
            if own and not tenant
            else "'dalgu tokens create --tenant' makes a token of a tenant."
        )
        super().__init__(
            f"The actor may not do '{operation}' {where}. {way}", operation=operation, tenant=tenant
        )


def allow(actor: Actor, operation: str, district: str | None = None, *, tenant: str = "") -> None:
    """Return when the actor may do the operation there; refuse otherwise.

    Parameters
    ----------
    actor
        Who asks.
    operation
        One of `Operation`; any other name is refused to everybody.
    district
        The district of the thing concerned, `None` when it lies in none.
    tenant
        The tenant of the hub it is asked for in; the city's own has no name.

    Raises
    ------
    SignInRequired
        When the actor is anonymous and the operation is not public.
    OperationNotAllowed
        When the role may not do it, or nobody may as the table does not name it.
    DistrictNotAllowed, TenantNotAllowed
        When it would be allowed in another district or tenant.

    Examples
    --------
    >>> allow(Actor("person:1", Role.OPERATOR, ("suseong",)), Operation.INCIDENT_HANDLE, "suseong")

    """
    rule = POLICY.get(operation)  # type: ignore[call-overload]  # a StrEnum member is its text
    if rule is not None and rule.public and (not tenant or operation in OPEN_IN_EVERY_TENANT):
        return
    if actor.role is None:
        raise SignInRequired(operation)
    if rule is None or actor.role not in rule.roles:
        raise OperationNotAllowed(operation, actor.role, _roles_in_words(rule))
    if not actor.enters(tenant):
        raise TenantNotAllowed(operation, tenant, actor.tenant)
    _check_district(actor, operation, rule, district)


def may(actor: Actor, operation: str, district: str | None = None) -> bool:
    """Tell whether `allow` would return: for pages that hide what an actor cannot do."""
    try:
        allow(actor, operation, district)
    except (Unauthenticated, Forbidden):
        return False
    return True


def _check_district(actor: Actor, operation: str, rule: Rule, district: str | None) -> None:
    if not actor.districts:
        return
    if district is None:
        if rule.bound:
            raise DistrictNotAllowed(operation, None)
        return
    if not actor.serves(district):
        raise DistrictNotAllowed(operation, district)


def _roles_in_words(rule: Rule | None) -> str:
    if rule is None:
        return "a role that does not exist, as the policy does not name it"
    return "one of: " + ", ".join(sorted(rule.roles))
