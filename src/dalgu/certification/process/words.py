"""The closed lists of the process; `titles` says each in Korean and English.

Articles are those of MOLIT Notice 2021-223, the operating guideline of the certification.
"""

from enum import StrEnum


class ProgrammeKind(StrEnum):
    """What a programme grants; one engine runs all four."""

    CERTIFICATION = "certification"
    DESIGNATION = "designation"
    PILOT = "pilot"
    MOCK = "mock"

    @property
    def has_legal_effect(self) -> bool:
        """Whether what it grants is a certificate in law: pilots and mock rounds try things out."""
        return self in (ProgrammeKind.CERTIFICATION, ProgrammeKind.DESIGNATION)


class ObjectType(StrEnum):
    """What may be certified (Act, art. 32)."""

    CITY = "city"
    INFRASTRUCTURE = "infrastructure"
    SERVICE = "service"
    OTHER = "other"


class GovernmentKind(StrEnum):
    """Kinds of local government."""

    SPECIAL_CITY = "special_city"
    METROPOLITAN_CITY = "metropolitan_city"
    SELF_GOVERNING_CITY = "self_governing_city"
    SELF_GOVERNING_PROVINCE = "self_governing_province"
    PROVINCE = "province"
    SI = "si"
    GUN = "gun"
    GU = "gu"

    @property
    def may_apply(self) -> bool:
        """Whether art. 7 lists the kind: plain provinces are not in it."""
        return self is not GovernmentKind.PROVINCE


class ProgrammeRole(StrEnum):
    """Who somebody is in one programme (art. 2); exactly one each."""

    MINISTRY = "ministry"
    OPERATOR = "operator"
    COMMITTEE_MEMBER = "committee_member"
    REVIEWER = "reviewer"  # of an evaluation body
    APPLICANT = "applicant"
    ADMINISTRATOR = "administrator"  # of the platform: makes programmes and grants first roles


class Stage(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # the operator checks whether it is complete
    SUPPLEMENT = "supplement"  # the applicant has been asked for more
    REFUSED = "refused"  # stayed incomplete, so it is not reviewed
    DOCUMENT_REVIEW = "document_review"
    SITE_VISIT = "site_visit"
    COMMITTEE = "committee"
    REPORTED = "reported"  # the ministry has the result
    OBJECTION = "objection"  # decided; objections may be filed
    GRANTED = "granted"  # a certificate was issued or extended
    NOT_GRANTED = "not_granted"
    WITHDRAWN = "withdrawn"


class MeasurementStatus(StrEnum):
    """How the value of an indicator came about."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    PROXY = "proxy"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"

    @property
    def has_value(self) -> bool:
        """Whether there is a value that needs evidence."""
        return self not in (MeasurementStatus.NOT_AVAILABLE, MeasurementStatus.NOT_APPLICABLE)


class FileKind(StrEnum):
    """Kinds of files that evidence may come as."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    XLSX = "xlsx"
    CSV = "csv"
    HWPX = "hwpx"
    HWP = "hwp"


class Confidentiality(StrEnum):
    """Who may see a piece of evidence."""

    PUBLIC = "public"
    EVALUATION = "evaluation"  # whoever judges the case
    RESTRICTED = "restricted"  # operator and ministry


class FindingKind(StrEnum):
    """What the completeness check can find."""

    INDICATOR_UNDECLARED = "indicator_undeclared"
    EVIDENCE_ABSENT = "evidence_absent"
    SEAL_ABSENT = "seal_absent"
    PAGES_ABSENT = "pages_absent"
    EVIDENCE_TOO_OLD = "evidence_too_old"
    KIND_NOT_ALLOWED = "kind_not_allowed"
    STAMP_ABSENT = "stamp_absent"


class Qualification(StrEnum):
    """The five classes of people who may sit in a committee (art. 4)."""

    PROFESSOR = "professor"  # assistant professor or above, five years in the field
    RESEARCHER = "researcher"  # senior researcher or above, five years
    INDUSTRY = "industry"  # ten years in the field at a company
    OFFICIAL = "official"  # of a central agency, in charge of the field
    EQUIVALENT = "equivalent"  # recognised by the minister


class DismissalGround(StrEnum):
    """Why a member may be dismissed (art. 5, 5)."""

    INCAPACITY = "incapacity"
    MISCONDUCT = "misconduct"
    UNFITNESS = "unfitness"
    NO_RECUSAL = "no_recusal"
    OWN_WISH = "own_wish"


class ConflictGround(StrEnum):
    """Why somebody may not judge a case (art. 5, 1), and doubts of a party (art. 5, 2)."""

    PARTY = "party"
    RELATIVE = "relative"
    WORKED_ON_CASE = "worked_on_case"
    AGENT = "agent"
    EMPLOYED_WITHIN_THREE_YEARS = "employed_within_three_years"
    DOUBT_OF_FAIRNESS = "doubt_of_fairness"


class Bar(StrEnum):
    """How somebody came to be kept from a case."""

    RECUSED = "recused"  # declared a conflict themselves
    EXCLUDED = "excluded"  # by the operator
    CHALLENGED = "challenged"  # by a party, and the committee agreed


class Outcome(StrEnum):
    """What a site visit found."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class MotionKind(StrEnum):
    """What a committee decides on."""

    ACCEPT_SCORES = "accept_scores"
    RAISE_LEVEL = "raise_level"
    RAISE_VALUE = "raise_value"
    NOT_APPLICABLE = "not_applicable"
    CHALLENGE = "challenge"
    OBJECTION = "objection"
    REVOKE = "revoke"


class Vote(StrEnum):
    """How a member votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class ObjectionResult(StrEnum):
    """What became of an objection."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class RevocationGround(StrEnum):
    """Why a certificate is revoked (Act, art. 33)."""

    FRAUD = "fraud"
    BELOW_CRITERIA = "below_criteria"

    @property
    def must_revoke(self) -> bool:
        """Whether the law leaves no choice."""
        return self is RevocationGround.FRAUD


class CertificateStatus(StrEnum):
    """What a certificate is on one day."""

    NOT_ISSUED = "not_issued"
    VALID = "valid"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def holds(self) -> bool:
        """Whether the holder may show the mark on that day."""
        return self in (CertificateStatus.VALID, CertificateStatus.EXTENDED)
