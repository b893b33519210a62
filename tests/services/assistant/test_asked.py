def test_unanswered_questions_come_in_groups_that_say_the_same(town):
    for text in (
        "드론 비행 허가는 어디서 받나요",
        "드론 날리는 허가 어디서 받아요?",
        "결혼 이민자 모임 소개 부탁",
        "드론 비행 허가 받고 싶어요",
    ):
        town.ask(text)
    groups = town.run(town.rooms.asked.clusters())
    assert sorted(len(group) for group in groups) == [1, 3]


def test_after_a_week_and_once_settled_they_leave_the_list(town):
    town.ask("드론 비행 허가는 어디서 받나요")
    town.wait(days=6)
    town.ask("결혼 이민자 모임 소개 부탁")
    newest, oldest = town.rooms.asked.open()
    town.run(town.rooms.asked.settle(town.staff, [newest.number, 10_000]))
    assert town.again().asked.open() == [oldest]
    town.wait(days=2)
    assert town.rooms.asked.open() == []
