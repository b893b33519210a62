"""For all tests: what collecting them left in memory is not looked through again and again."""

import gc


def pytest_collection_finish(session):
    gc.collect()
    gc.freeze()  # twenty thousand tests and all modules: each full collection took over a second
