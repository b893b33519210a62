"""Rights on the running of signals, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741
PERSONS = {O, A, E, M, V}

ROUTES = {
    ("GET", "/center/traffic/control"): PERSONS,
    ("POST", "/center/traffic/control/choices"): {O, M},
    ("POST", "/center/traffic/control/judgements"): {O, M},
    ("POST", "/center/traffic/control/plans/{proposal:int}/{step}"): {O, M},
    ("GET", "/center/traffic/control/{signal}/decisions"): PERSONS,
    ("GET", "/center/traffic/control/{signal}/decisions/{at}"): PERSONS,
}
APIS = {
    ("GET", "/traffic/signals.json"): PERSONS,
    ("GET", "/traffic/signals/{signal}/decisions.json"): PERSONS,
}
EXAMPLES = {
    "{proposal:int}": "1",
    "{step}": "take",
    "{signal}": "x001",
    "{at}": "2026-03-04T05:06:07Z",
}
