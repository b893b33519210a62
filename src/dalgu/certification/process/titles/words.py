"""The closed lists of the process as people read them."""

from enum import StrEnum

from dalgu.certification.process.words import (
    Bar,
    CertificateStatus,
    Confidentiality,
    ConflictGround,
    DismissalGround,
    FindingKind,
    GovernmentKind,
    MeasurementStatus,
    MotionKind,
    ObjectionResult,
    ObjectType,
    Outcome,
    ProgrammeKind,
    ProgrammeRole,
    Qualification,
    RevocationGround,
    Stage,
    Vote,
)
from dalgu.kernel.text import Text

WORDS: dict[type[StrEnum], dict[StrEnum, Text]] = {
    ProgrammeKind: {
        ProgrammeKind.CERTIFICATION: Text("인증", "Certification"),
        ProgrammeKind.DESIGNATION: Text("지정", "Designation"),
        ProgrammeKind.PILOT: Text("시범인증", "Pilot certification"),
        ProgrammeKind.MOCK: Text("모의인증", "Mock certification"),
    },
    ObjectType: {
        ObjectType.CITY: Text("스마트도시", "Smart city"),
        ObjectType.INFRASTRUCTURE: Text("스마트도시기반시설", "Smart city infrastructure"),
        ObjectType.SERVICE: Text("스마트도시서비스", "Smart city service"),
        ObjectType.OTHER: Text("그 밖의 대상", "Other"),
    },
    GovernmentKind: {
        GovernmentKind.SPECIAL_CITY: Text("특별시", "Special city"),
        GovernmentKind.METROPOLITAN_CITY: Text("광역시", "Metropolitan city"),
        GovernmentKind.SELF_GOVERNING_CITY: Text("특별자치시", "Special self-governing city"),
        GovernmentKind.SELF_GOVERNING_PROVINCE: Text(
            "특별자치도", "Special self-governing province"
        ),
        GovernmentKind.PROVINCE: Text("도", "Province"),
        GovernmentKind.SI: Text("시", "City"),
        GovernmentKind.GUN: Text("군", "County"),
        GovernmentKind.GU: Text("자치구", "Autonomous district"),
    },
    ProgrammeRole: {
        ProgrammeRole.MINISTRY: Text("국토교통부", "Ministry"),
        ProgrammeRole.OPERATOR: Text("운영기관", "Operator"),
        ProgrammeRole.COMMITTEE_MEMBER: Text("인증평가위원", "Committee member"),
        ProgrammeRole.REVIEWER: Text("평가기관 평가자", "Reviewer of an evaluation body"),
        ProgrammeRole.APPLICANT: Text("신청인", "Applicant"),
        ProgrammeRole.ADMINISTRATOR: Text("시스템 관리자", "Administrator of the platform"),
    },
    Stage: {
        Stage.DRAFT: Text("작성 중", "Draft"),
        Stage.SUBMITTED: Text("구비서류 검토", "Completeness check"),
        Stage.SUPPLEMENT: Text("보완 중", "Supplement"),
        Stage.REFUSED: Text("심사 거부", "Review refused"),
        Stage.DOCUMENT_REVIEW: Text("서면평가", "Written evaluation"),
        Stage.SITE_VISIT: Text("현장실사", "Site visit"),
        Stage.COMMITTEE: Text("인증평가위원회 심의", "Committee"),
        Stage.REPORTED: Text("국토교통부 보고", "Reported to the ministry"),
        Stage.OBJECTION: Text("결정·이의신청 기간", "Decided; objections may be filed"),
        Stage.GRANTED: Text("인증", "Granted"),
        Stage.NOT_GRANTED: Text("불인증", "Not granted"),
        Stage.WITHDRAWN: Text("철회", "Withdrawn"),
    },
    MeasurementStatus: {
        MeasurementStatus.MEASURED: Text("측정", "Measured"),
        MeasurementStatus.ESTIMATED: Text("추정", "Estimated"),
        MeasurementStatus.PROXY: Text("대리값", "Proxy"),
        MeasurementStatus.NOT_AVAILABLE: Text("자료 없음", "Not available"),
        MeasurementStatus.NOT_APPLICABLE: Text("해당 없음", "Not applicable"),
    },
    Confidentiality: {
        Confidentiality.PUBLIC: Text("공개", "Public"),
        Confidentiality.EVALUATION: Text("평가자 한정", "For whoever judges the case"),
        Confidentiality.RESTRICTED: Text("운영기관·국토교통부 한정", "Operator and ministry"),
    },
    FindingKind: {
        FindingKind.INDICATOR_UNDECLARED: Text("지표 미기재", "Indicator not declared"),
        FindingKind.EVIDENCE_ABSENT: Text("증빙자료 없음", "No evidence"),
        FindingKind.SEAL_ABSENT: Text("직인 누락", "No seal on the application"),
        FindingKind.PAGES_ABSENT: Text("해당 쪽수 없음", "Pages do not exist or are not named"),
        FindingKind.EVIDENCE_TOO_OLD: Text("증빙자료 기한 초과", "Evidence too old"),
        FindingKind.KIND_NOT_ALLOWED: Text("허용되지 않는 파일 형식", "Kind of file not allowed"),
        FindingKind.STAMP_ABSENT: Text("원본대조필 누락", "No identical-to-original stamp"),
    },
    Qualification: {
        Qualification.PROFESSOR: Text(
            "관련 경력 5년 이상의 대학 조교수 이상", "Assistant professor or above, five years"
        ),
        Qualification.RESEARCHER: Text(
            "관련 연구경력 5년 이상의 선임연구원 이상", "Senior researcher or above, five years"
        ),
        Qualification.INDUSTRY: Text(
            "기업에서 관련 분야 10년 이상 근무", "Ten years in the field at a company"
        ),
        Qualification.OFFICIAL: Text(
            "관련 직무 담당 중앙행정기관 공무원", "Official of a central agency in charge"
        ),
        Qualification.EQUIVALENT: Text(
            "국토교통부장관이 인정하는 동등 이상의 자격", "Recognised as equivalent by the minister"
        ),
    },
    DismissalGround: {
        DismissalGround.INCAPACITY: Text("심신장애로 직무 수행 불가", "Incapacity"),
        DismissalGround.MISCONDUCT: Text("직무 관련 비위사실", "Misconduct in office"),
        DismissalGround.UNFITNESS: Text("직무 태만·품위 손상 등", "Neglect or unfitness"),
        DismissalGround.NO_RECUSAL: Text("회피 의무 불이행", "Did not recuse themselves"),
        DismissalGround.OWN_WISH: Text("본인의 의사", "Own wish"),
    },
    ConflictGround: {
        ConflictGround.PARTY: Text(
            "본인·(전) 배우자가 당사자이거나 공동권리자·의무자",
            "Party or co-obligee, oneself or a present or former spouse",
        ),
        ConflictGround.RELATIVE: Text("당사자와 친족 관계", "Relative of a party"),
        ConflictGround.WORKED_ON_CASE: Text(
            "해당 안건의 자문·연구·용역·감정·조사", "Advised, researched or contracted on the case"
        ),
        ConflictGround.AGENT: Text("당사자의 대리인", "Agent of a party"),
        ConflictGround.EMPLOYED_WITHIN_THREE_YEARS: Text(
            "관련 기업에 최근 3년 내 재직", "Employed within three years by a firm that did so"
        ),
        ConflictGround.DOUBT_OF_FAIRNESS: Text(
            "공정한 심의를 기대하기 어려운 사정", "Circumstances that cast doubt on fairness"
        ),
    },
    Bar: {
        Bar.RECUSED: Text("회피", "Recused"),
        Bar.EXCLUDED: Text("제척", "Excluded"),
        Bar.CHALLENGED: Text("기피 인용", "Challenged"),
    },
    Outcome: {
        Outcome.CONFIRMED: Text("확인", "Confirmed"),
        Outcome.CORRECTED: Text("정정", "Corrected"),
        Outcome.REJECTED: Text("불인정", "Rejected"),
    },
    MotionKind: {
        MotionKind.ACCEPT_SCORES: Text("평가 점수 확정", "Accept the scores"),
        MotionKind.RAISE_LEVEL: Text("정성 등급 상향", "Raise a level"),
        MotionKind.RAISE_VALUE: Text("정량 값 상향", "Raise a value"),
        MotionKind.NOT_APPLICABLE: Text("지표 해당 없음 인정", "Recognise as not applicable"),
        MotionKind.CHALLENGE: Text("기피 신청 심의", "Decide on a challenge"),
        MotionKind.OBJECTION: Text("이의신청 심의", "Advise on an objection"),
        MotionKind.REVOKE: Text("인증 취소 심의", "Advise on a revocation"),
    },
    Vote: {
        Vote.FOR: Text("찬성", "For"),
        Vote.AGAINST: Text("반대", "Against"),
        Vote.ABSTAIN: Text("기권", "Abstain"),
    },
    ObjectionResult: {
        ObjectionResult.UPHELD: Text("인용", "Upheld"),
        ObjectionResult.REJECTED: Text("기각", "Rejected"),
    },
    RevocationGround: {
        RevocationGround.FRAUD: Text("거짓이나 그 밖의 부정한 방법", "Fraud or other unfair means"),
        RevocationGround.BELOW_CRITERIA: Text("인증기준 미달", "Below the criteria"),
    },
    CertificateStatus: {
        CertificateStatus.NOT_ISSUED: Text("발급 전", "Not issued yet"),
        CertificateStatus.VALID: Text("유효", "Valid"),
        CertificateStatus.EXTENDED: Text("연장", "Extended"),
        CertificateStatus.SUSPENDED: Text("효력 정지", "Suspended"),
        CertificateStatus.EXPIRED: Text("기간 만료", "Expired"),
        CertificateStatus.REVOKED: Text("취소", "Revoked"),
    },
}


def title_of(word: StrEnum) -> Text:
    """Return a word of the process in both languages.

    >>> title_of(Vote.FOR).en
    'For'
    """
    return WORDS[type(word)][word]
