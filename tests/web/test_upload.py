"""A form with a file survives the way from a browser, byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.web.upload import FormUnreadable, read_form

TYPE = 'multipart/form-data; boundary="edge"'


def sent(file, *, name="a.csv", register="staff"):
    head = 'Content-Disposition: form-data; name="register"\r\n\r\n'
    about = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    about += "Content-Type: text/csv\r\n\r\n"
    return f"--edge\r\n{head}{register}\r\n--edge\r\n{about}".encode() + file + b"\r\n--edge--\r\n"


@given(file=st.binary(max_size=300).filter(lambda file: b"\r\n--edge" not in b"\r\n" + file))
def test_a_file_arrives_as_it_was_sent(file):
    form = read_form(TYPE, sent(file))
    assert form.file == file
    assert form.fields == {"register": "staff"}


def test_only_the_last_part_of_a_path_is_the_files_name():
    assert read_form(TYPE, sent(b"", name="C:\\대장\\조례.csv")).file_name == "조례.csv"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b""),
        ("application/json", b"{}"),
        ("multipart/form-data", sent(b"x")),
        (TYPE, b""),
        (TYPE, b"--edge\r\nbroken\r\n--edge--"),
        (TYPE, sent(b"x")[:-6]),
        (TYPE, b"--edge\r\n" * 30),
    ],
)
def test_what_is_no_form_is_refused(content_type, body):
    with pytest.raises(FormUnreadable):
        read_form(content_type, body)
