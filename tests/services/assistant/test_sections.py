import pytest

from dalgu.services.assistant.sections.files import handbook, of_file
from dalgu.services.assistant.sections.refusals import DocumentUnreadable, SectionIncomplete

CSV = """id,title_ko,text_ko,department_ko,phone,keywords,valid_to
zoo-hours,동물원 여는 시간,09시부터 18시까지 엽니다.,공원과,053-000-7000,달성공원,2027-12-31
"""


def test_the_handbook_that_ships_is_whole():
    sections = handbook()
    assert len(sections) >= 300
    assert len({one.id for one in sections}) == len(sections)
    assert all(one.title.ko and one.title.en and one.text.ko and one.phone for one in sections)


def test_an_empty_book_begins_with_the_handbook_once(town):
    town.run(town.rooms.sections.begin())
    assert len(town.rooms.sections.all()) == 4  # this book is not empty


def test_a_department_imports_its_own_file(town):
    sections = of_file("zoo.csv", CSV.encode("utf-8-sig"))
    assert town.run(town.rooms.sections.set(town.staff, sections)) == 1
    assert town.run(town.rooms.sections.set(town.staff, sections)) == 0  # nothing differs
    assert town.reply("달성공원 동물원은 몇 시에 열어요?").citations[0].section == "zoo-hours"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"),
        ("a.toml", b"= no"),
        ("a.toml", b"sections = 3"),
        ("a.csv", b"id,title\nx,y\n"),
        ("a.csv", "\ud55c".encode("utf-16")),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(name, content):
    with pytest.raises(DocumentUnreadable):
        of_file(name, content)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("zoo-hours", "Zoo Hours", "id"),
        ("053-000-7000", "", "phone"),
        ("2027-12-31", "someday", "valid_to"),
    ],
)
def test_a_section_that_lacks_a_part_says_which(old, new, part):
    with pytest.raises(SectionIncomplete) as refused:
        of_file("zoo.csv", CSV.replace(old, new).encode())
    assert refused.value.parts["part"] == part


def test_each_version_stays(town):
    from msgspec.structs import replace

    from dalgu.kernel.text import Text

    before = town.rooms.sections.get("light")
    after = replace(before, text=Text("가로등은 하루 안에 고칩니다.", ""))
    town.run(town.rooms.sections.set(town.staff, [after]))
    town.run(town.rooms.sections.withdraw(town.staff, "light"))
    versions = [one.section for one in town.again().sections.versions("light")]
    assert versions == [None, after, before]
    [entity] = [one for one in town.mirrored("AssistantSection") if one["id"].endswith("light")]
    assert entity["isWithdrawn"]["value"] is True
