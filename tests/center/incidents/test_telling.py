from datetime import timedelta

import msgspec
import pytest
from tests.center.incidents.around import NIGHT, NOW

from dalgu.access.logbook import Noted
from dalgu.center.incidents import deeds as d
from dalgu.center.incidents import work as w
from dalgu.center.incidents.deeds import IncidentDeed
from dalgu.center.incidents.telling import Teller
from dalgu.web.language import catalogue

KINDS = msgspec.inspect.type_info(IncidentDeed).types
TAGS = {kind.tag for kind in KINDS}


class Rang(msgspec.Struct, frozen=True, tag="rang"):
    bell: str


def timeline(room, language="en", you=NIGHT.id):
    incidents = room.incidents
    teller = Teller(language, you, incidents.procedures, incidents.board)
    entries = room.logbook.about(incidents.get(1).id)
    return [one["text"] for one in reversed(teller.timeline(incidents.get(1), entries))]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_deed_has_a_sentence(language, tag):
    assert f"incidents.timeline.{tag}" in catalogue(language)


def test_deeds_are_told_in_words_and_alerts_that_follow_each_other_as_one(room):
    room.raise_one("a", "b")
    room.note(1, d.Joined(("c",)), d.Seen(), d.Assigned("person:day"))
    room.note(1, w.Escalated("unseen", 1, "commander"), w.Escalated("confirm", 2, "all"))
    room.note(1, d.Shelved(NOW + timedelta(minutes=5), "roadworks"), w.StepDone("call-119"))
    told = timeline(room)
    assert told[0] == "you raised it"
    assert told[2:5] == ["3 alerts joined", "you acknowledged it", "you assigned it to day"]
    assert told[5] == "Not acknowledged in time: the commander told"
    assert told[6].endswith("is late: everybody told")
    assert told[7] == "you shelved it until Sun 29 Nov 12:05"
    assert told[8] == "you did “Tell 119 the place, without waiting to confirm”"
    assert timeline(room, you="person:chief")[0] == "night raised it"


def test_a_deed_of_another_room_without_words_is_told_by_its_name(room):
    room.raise_one()
    room.logbook.open_room("bells", Rang, lambda entry: None)
    subject = room.incidents.get(1).id
    room.run(room.logbook.write(NIGHT, "bells", lambda at: [Noted(subject, Rang("north"))]))
    assert timeline(room)[-1] == "you: rang"
