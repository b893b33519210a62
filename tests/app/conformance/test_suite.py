"""A folder is known as a copy of the suite, in one of its two states."""

import pytest

from dalgu.app.conformance.suite import State, Suite, SuiteInvalid


def test_contexts_of_the_suite_are_known_without_the_network(folder):
    known = Suite(folder).bundle()
    assert all("Room" in document["@context"] for document in known.values())
    assert "http://smartdatamodels.org/context.jsonld" in known


def test_a_folder_without_the_suite_is_refused(tmp_path):
    with pytest.raises(SuiteInvalid):
        Suite(tmp_path / "nowhere")


def test_the_corrected_state_has_a_list_of_doubts(folder):
    assert Suite(folder).state is State.OFFICIAL
    (folder / "testsuite-doubts.md").touch()
    assert Suite(folder).state is State.CORRECTED


def test_everything_is_played_from_the_top_and_parts_from_their_folder(folder):
    assert Suite(folder).chosen([]) == ["TP"]
    assert Suite(folder, is_between_brokers=True).chosen([]) == ["IOP_TP"]
    assert Suite(folder).chosen(["Provision"]) == ["TP/NGSI-LD/Provision"]
