from dalgu.app.citizen_life import set_the_scene, speak


def test_invented_citizens_speak_by_the_rooms_of_all_and_only_once(fresh):
    taken = fresh.run(speak(fresh.platform, 1))
    rooms = fresh.platform.opened["citizens"].rooms
    assert taken >= 0.9 * (len(rooms.proposals.all) + len(rooms.requests.all)) > 60
    held = fresh.platform.opened["citizens"].book.head
    assert fresh.run(speak(fresh.platform, 1)) == taken
    assert fresh.platform.opened["citizens"].book.head == held


def test_the_scene_is_set_once(fresh):
    for _ in range(2):
        fresh.run(set_the_scene(fresh.platform))
    rooms = fresh.platform.opened["citizens"].rooms
    assert len(rooms.discovery.state.problems) == 36
    assert len(rooms.budgets.all) == 1
    assert len(fresh.platform.opened["governance"].rooms.all) >= 2
