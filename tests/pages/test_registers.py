"""The page of the registers: a file is sent by keyboard, and every rejected row is told."""

import pytest

pytestmark = pytest.mark.page

ORDINANCES = """조례 번호,조례명,주제,시행일
7001,스마트도시 조성 및 운영 조례,스마트도시 조성·운영,2018. 2. 20.
7002,빅데이터 활용 조례,빅데이타,2019-03-01
"""


def send(page, tmp_path, text, *, name="조례.csv", options=()):
    file = tmp_path / name
    file.write_bytes(text.encode("cp949"))
    page.locator("#register").select_option("ordinances")
    page.locator("#file").set_input_files(file)
    for option in options:
        page.locator(f'[name="{option}"]').focus()
        page.keyboard.press("Space")
    page.locator("form .main").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#report, [role=alert]")


@pytest.mark.parametrize(
    ("language", "reason", "badge"),
    [("ko", "다음 가운데 하나여야 합니다", "비어 있음"), ("en", "it must be one of", "Empty")],
)
def test_a_file_is_sent_by_keyboard_and_each_rejected_row_is_told(
    reader, tmp_path, language, reason, badge
):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/{language}/center/registers")
    assert page.locator(".badge", has_text=badge).count() > 10
    send(page, tmp_path, ORDINANCES, options=["trial"])
    row = page.locator("#report tbody tr")
    assert row.count() == 1
    assert row.get_by_role("rowheader").inner_text() == "3"
    assert "빅데이타" in row.inner_text()
    assert reason in row.inner_text()
    assert visitor.complaints == []


def test_a_file_that_is_no_table_is_refused_with_the_reason(reader, tmp_path):
    page = reader(signed_in=True).open("/ko/center/registers")
    send(page, tmp_path, "%PDF-1.7 nothing", name="조례.pdf.csv")
    assert "PDF" in page.get_by_role("alert").inner_text()


def test_the_form_works_without_script(reader, tmp_path):
    page = reader(signed_in=True, script=False).open_plain("/en/center/registers")
    page.locator("#register").select_option("ordinances")
    file = tmp_path / "a.csv"
    file.write_text(ORDINANCES, "utf-8")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    page.locator("#report tbody tr").wait_for()


def test_a_blank_file_is_offered_for_each_register(reader):
    page = reader(signed_in=True).open("/en/center/registers")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Blank file of Staff, XLSX").click()
    assert coming.value.suggested_filename == "staff.xlsx"
