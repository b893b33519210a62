"""The findings of a verification in words, Korean and English."""

from datetime import date
from typing import TYPE_CHECKING

from dalgu.certification.certificate.facts import CertificateFacts
from dalgu.certification.certificate.standing import Statement, Verdict, last_day
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from dalgu.certification.certificate.verification import Verification

STANDS_ON = {
    "official": Text(
        "점수와 등급은 공식 고시된 평가지표에 따른 것입니다.",
        "Points and grade stand on officially published indicators.",
    ),
    "attested": Text(
        "점수와 등급은 공개 자료로 확인된 지표에 따른 것이나, 공식 고시된 지표표는 아닙니다.",
        "Points and grade stand on indicators attested in public sources, which are not the "
        "officially published table.",
    ),
    "reconstructed": Text(
        "점수와 등급은 공개 자료를 바탕으로 재구성한 지표에 따른 것으로, 공식 고시된 지표가 "
        "아닙니다.",
        "Points and grade stand on indicators reconstructed from public sources, not on the "
        "officially published ones.",
    ),
}
NO_LEGAL_EFFECT = Text("법적 효력: 없음 (시범)", "Legal effect: none (pilot)")
LEGAL_EFFECT = Text("법적 효력: 있음", "Legal effect: yes")

ALTERED = Text(
    "서명이 맞지 않습니다. 이 파일은 발급된 뒤에 바뀌었거나, 이 형식의 인증서가 아닙니다.",
    "The signature does not hold: the file was changed after it was issued, or is no "
    "certificate of this form.",
)
UNSIGNED = Text(
    "서명된 인증서 PDF 파일이 아닙니다.", "The file is not a signed certificate in PDF."
)
NO_CERTIFICATE = Text(
    "서명은 맞지만 인증서의 내용이 들어 있지 않습니다.",
    "The signature is good, but the file holds no certificate of this format.",
)
NO_LIST = Text(
    "발급기관의 인증 상태 목록이 없어 현재 상태를 확인할 수 없습니다.",
    "Signature good, status unknown: there is no status list of the issuer.",
)


def sentences(found: "Verification") -> tuple[Text, ...]:
    """Return the finding in words: how it stands, who signed it, on what it stands."""
    facts, signer = found.facts, found.signer
    if facts is None or signer is None:
        return _refused(found)
    signed = Text(
        f"서명자: {signer.ko} (키 {found.key_id}). 서명은 파일 전체에 대해 맞습니다.",
        f"Signed by {signer.en} (key {found.key_id}). The signature holds over the whole file.",
    )
    effect = LEGAL_EFFECT if facts.legal_effect else NO_LEGAL_EFFECT
    return (
        _standing(found.verdict, found.on, facts, found.statement),
        *_reason(found.verdict, found.statement),
        signed,
        Text(effect.ko + ".", effect.en + "."),
        STANDS_ON[facts.official_status],
    )


def _refused(found: "Verification") -> tuple[Text, ...]:
    if found.verdict is Verdict.ALTERED:
        return (ALTERED,)
    if found.verdict is Verdict.UNREADABLE:
        return (UNSIGNED if found.signer is None else NO_CERTIFICATE,)
    return (
        Text(
            f"서명한 키 {found.key_id}은(는) 신뢰하는 키가 아니거나, 발급일에 아직 쓰이지 않던 "
            "키입니다. 파일에 들어 있는 키만으로는 아무것도 증명되지 않습니다.",
            f"Signer unknown: key {found.key_id} is not among the trusted keys, or was not yet in "
            "force on the day of issue. A key that comes only with the file proves nothing.",
        ),
    )


def _standing(verdict: Verdict, on: date, facts: CertificateFacts, statement: Statement) -> Text:
    ko, en = f"인증서 {facts.number}", f"Certificate {facts.number}"
    if verdict is Verdict.STATUS_UNKNOWN:
        return _unknown(on, statement)
    end, day = last_day(facts, statement), _decided(statement)
    return {
        Verdict.VALID: Text(
            f"{ko}은(는) {on} 현재 유효합니다. 유효기간: {end}까지.",
            f"{en} is valid on {on}, until {end}.",
        ),
        Verdict.EXTENDED: Text(
            f"{ko}은(는) 연장되어 {on} 현재 유효합니다. 유효기간: {end}까지.",
            f"{en} is extended and valid on {on}, until {end}.",
        ),
        Verdict.NOT_YET_VALID: Text(
            f"{ko}은(는) {facts.issued_on}부터 유효합니다. {on}에는 아직 유효하지 않습니다.",
            f"{en} counts from {facts.issued_on} on; on {on} it is not yet valid.",
        ),
        Verdict.EXPIRED: Text(
            f"{ko}의 유효기간은 {end}에 끝났습니다.{_no_extension(on, statement).ko}",
            f"{en} expired: its last day was {end}.{_no_extension(on, statement).en}",
        ),
        Verdict.SUSPENDED: Text(
            f"{ko}의 효력은{day.ko} 정지되어 있습니다.",
            f"{en} is suspended{day.en}.",
        ),
        Verdict.REVOKED: Text(
            f"{ko}은(는){day.ko} 취소되었습니다.",
            f"{en} is revoked{day.en}.",
        ),
    }[verdict]


def _unknown(on: date, statement: Statement) -> Text:
    if statement.last_day is None:
        return NO_LIST
    if on > statement.last_day:
        return Text(
            f"서명은 맞지만 {statement.last_day} 이후의 상태를 알 수 없습니다. 인증 상태 목록의 "
            "유효기간이 지났으니 새 목록을 받아 다시 확인해 주세요.",
            f"Signature good, status unknown since {statement.last_day}: the status list is past "
            "its validity. Ask the issuer for the present list.",
        )
    return Text(
        "서명은 맞지만 발급기관의 상태 목록에 이 인증서 번호가 없습니다.",
        "Signature good, status unknown: the issuer's status list does not name this number.",
    )


def _reason(verdict: Verdict, statement: Statement) -> tuple[Text, ...]:
    told = verdict in (Verdict.SUSPENDED, Verdict.REVOKED)
    if not told or statement.entry is None or statement.entry.reason is None:
        return ()
    reason = statement.entry.reason
    return (Text(f"사유: {reason.ko}", f"Reason: {reason.en}"),)


def _decided(statement: Statement) -> Text:
    since = None if statement.entry is None else statement.entry.since
    return Text("", "") if since is None else Text(f" {since}자로", f" as of {since}")


def _no_extension(on: date, statement: Statement) -> Text:
    if statement.speaks_of(on):
        return Text("", "")
    return Text(
        " 그 뒤의 연장 여부는 현재의 상태 목록으로만 알 수 있습니다.",
        " Whether it was extended since, only a present status list can tell.",
    )
