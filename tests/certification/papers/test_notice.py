"""Notices of a revocation."""

from datetime import date

import msgspec
import pytest

from dalgu.certification.papers.facts import Ground, NoticeFacts, NoticeKind
from dalgu.certification.papers.notice import revocation_notice
from dalgu.kernel.text import Text


@pytest.fixture(scope="module")
def notice(head) -> NoticeFacts:
    return NoticeFacts(
        head=head,
        kind=NoticeKind.FIRST,
        certificate="2026-0001",
        certificate_issued_on=date(2026, 3, 1),
        ground=Ground.FRAUD,
        reason=Text("원본과 사본이 다릅니다.", "Copy and original differ."),
        due_on=date(2027, 4, 30),
    )


def test_the_first_notice_gives_reason_and_deadline(notice, read):
    [page] = read(revocation_notice(notice))
    for said in ("사전통지서 (1차)", "2027년 4월 30일까지 소명", "due by 30 April 2027",
                 "원본과 사본이 다릅니다.", "must be revoked"):  # fmt: skip
        assert said in page


def test_the_second_notice_recalls_the_first(notice, read):
    second = msgspec.structs.replace(
        notice, kind=NoticeKind.SECOND, earlier=(date(2027, 3, 31),), ground=Ground.BELOW_CRITERIA
    )
    [page] = read(revocation_notice(second))
    for said in ("사전통지서 (2차)", "no explanation to the first notice", "31 March 2027",
                 "may be revoked"):  # fmt: skip
        assert said in page


def test_the_notice_of_revocation_says_from_when_and_that_none_explained(notice, read):
    last = msgspec.structs.replace(
        notice,
        kind=NoticeKind.REVOCATION,
        earlier=(date(2027, 3, 31), date(2027, 5, 4)),
        effective_on=date(2027, 6, 1),
        posted_at="https://city.example/revoked",
    )
    [page] = read(revocation_notice(last))
    for said in ("인증취소 통지서", "No explanation arrived.", "1 June 2027", "4 May 2027",
                 "https://city.example/revoked", "mark may not be shown"):  # fmt: skip
        assert said in page
    assert "소명 기한" not in page


def test_an_explanation_that_was_judged_is_printed(notice, read):
    last = msgspec.structs.replace(
        notice, kind=NoticeKind.REVOCATION, explanation=Text("이유 없음", "Without just cause")
    )
    assert "Without just cause" in read(revocation_notice(last))[0]


def test_a_very_long_reason_is_printed_whole(notice, read):
    words = [f"사유{at}" for at in range(2_500)]
    long = msgspec.structs.replace(notice, reason=Text(" ".join(words), "Long"))
    printed = " ".join(read(revocation_notice(long)))
    assert not [word for word in words if word not in printed]
    assert "2027년 4월 30일 · 30 April 2027" in printed


def test_the_same_facts_give_the_same_bytes(notice):
    assert revocation_notice(notice) == revocation_notice(notice)
