from dalgu import services


def test_built_in_services_come_first_and_in_display_order():
    names = [service.name for service in services.load()]
    assert tuple(names[: len(services.BUILT_IN)]) == services.BUILT_IN
