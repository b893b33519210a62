from dalgu.app.citizen_life import speak


def test_invented_citizens_speak_by_the_rooms_of_all_and_only_once(fresh):
    taken = fresh.run(speak(fresh.platform, 1))
    rooms = fresh.platform.opened["citizens"].rooms
    assert taken >= 0.9 * (len(rooms.proposals.all) + len(rooms.requests.all)) > 60
    held = fresh.platform.opened["citizens"].book.head
    assert fresh.run(speak(fresh.platform, 1)) == taken
    assert fresh.platform.opened["citizens"].book.head == held
