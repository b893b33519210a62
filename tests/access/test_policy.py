import pytest

from dalgu.access.actor import ANONYMOUS, Actor, Kind, Role
from dalgu.access.policy import (
    POLICY,
    DistrictNotAllowed,
    Operation,
    OperationNotAllowed,
    SignInRequired,
    allow,
    may,
)

V, O, A = Role.VIEWER, Role.OPERATOR, Role.ANALYST  # noqa: E741
E, M, S = Role.EVALUATOR, Role.ADMINISTRATOR, Role.SERVICE
C = Role.CITIZEN
ANYBODY = {None, C, V, O, A, E, M, S}
SIGNED_IN = ANYBODY - {None, C}
PERSONS = SIGNED_IN - {S}

# Written out by hand, apart from the table under test: a change of policy is made twice.
MATRIX = {
    "public.read": ANYBODY,
    "session.open": ANYBODY,
    "session.close": PERSONS | {C},
    "account.self": PERSONS | {C},
    "page.read": PERSONS,
    "entity.read": SIGNED_IN,
    "entity.write": {M, S},
    "entity.delete": {M, S},
    "subscription.read": {O, A, M, S},
    "subscription.write": {M, S},
    "export.read": {A, E, M, S},
    "uplink.send": {M, S},
    "message.read": {O, A, E, M},
    "device.read": SIGNED_IN,
    "device.write": {O, M, S},
    "device_key.write": {M},
    "device_key.open": {M, S},
    "person.write": {O, M},
    "person.open": {O, M},
    "credential.write": {M},
    "credential.open": {M, S},
    "import.run": {M, S},
    "incident.read": PERSONS,
    "incident.handle": {O, M},
    "camera.see": {O, M},
    "camera.grant": {O, M},
    "care.read": {O, M},
    "warning.send": {O, M},
    "warning.take": {M, S},
    "link.read": {O, E, M},
    "link.send": {O, M},
    "shift.read": {O, E, M},
    "shift.write": {O, M},
    "drill.run": {O, M},
    "center.set": {M},
    "citizen.take_part": {C},
    "citizen.vouch": {O, M},
    "citizens.serve": {O, M},
    "citizens.moderate": {O, M},
    "request.file": ANYBODY,
    "assistant.ask": ANYBODY,
    "assistant.edit": {O, M},
    "job.run": {O, M},
    "meter.edit": {O, M},
    "bill.read": {O, A, M},
    "bill.write": {O, M},
    "leak.handle": {O, M},
    "signal.control": {O, M},
    "signal.edit": {M},
    "traffic.disperse": {O, M},
    "indicator.read": SIGNED_IN,
    "assessment.run": {E, M, S},
    "evidence.read": {A, E, M},
    "register.write": {M},
    "certification.take_part": PERSONS,
    "certification.grant": {M},
    "certification.verify_log": {E, M},
    "account.read": {M},
    "account.write": {M},
    "token.read": {M},
    "token.write": {M},
    "audit.read": {E, M},
    "setting.read": {M},
    "backup.make": {M},
    "notice.send": ANYBODY,
    "tenant.read": {M},
    "tenant.write": {M},
}


def someone(role, *districts):
    return Actor("person:1", role, districts) if role else ANONYMOUS


def test_the_matrix_names_every_operation():
    assert set(MATRIX) == set(Operation) == set(POLICY)


@pytest.mark.parametrize("operation", MATRIX)
def test_an_operation_is_open_to_its_roles_and_closed_to_the_others(operation):
    assert {role for role in ANYBODY if may(someone(role), operation)} == MATRIX[operation]


def test_an_operation_nobody_named_is_refused_to_everybody():
    assert not any(may(someone(role), "entity.steal") for role in ANYBODY)


def test_anonymous_actors_are_asked_to_sign_in():
    with pytest.raises(SignInRequired) as refusal:
        allow(ANONYMOUS, Operation.ENTITY_READ)
    assert refusal.value.problem() == {
        "operation": "entity.read",
        "type": "urn:dalgu:problem:sign-in-required",
        "title": "Sign-in is required",
        "status": 401,
        "detail": "Operation 'entity.read' requires sign-in or an API token.",
    }


def test_a_refusal_names_the_roles_that_may():
    with pytest.raises(OperationNotAllowed, match="one of: administrator, service"):
        allow(someone(V), Operation.ENTITY_WRITE)


def test_an_actor_of_one_district_acts_there_alone():
    officer = someone(O, "suseong")
    allow(officer, Operation.INCIDENT_HANDLE, "suseong")
    with pytest.raises(DistrictNotAllowed, match="dalseo"):
        allow(officer, Operation.INCIDENT_HANDLE, "dalseo")
    with pytest.raises(DistrictNotAllowed, match="outside a named district"):
        allow(officer, Operation.INCIDENT_HANDLE)


def test_an_actor_of_one_district_sees_the_pages_that_belong_to_none():
    allow(someone(O, "suseong"), Operation.PAGE_READ)


def test_public_pages_are_open_whatever_the_district():
    allow(someone(O, "suseong"), Operation.PUBLIC_READ, "dalseo")


def test_a_role_that_is_not_allowed_learns_nothing_of_districts():
    with pytest.raises(OperationNotAllowed):
        allow(someone(V, "suseong"), Operation.INCIDENT_HANDLE, "dalseo")


def test_every_operation_has_a_title_in_both_languages():
    assert all(rule.title.ko and rule.title.en for rule in POLICY.values())


def test_an_actor_without_a_role_is_anonymous_and_says_so():
    assert ANONYMOUS.is_anonymous
    assert not Actor("system", S, kind=Kind.SYSTEM).is_anonymous
