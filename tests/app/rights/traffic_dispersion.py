"""Rights on the dispersion desk, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741
PERSONS = {O, A, E, M, V}

ROUTES = {
    ("GET", "/center/traffic/dispersion"): PERSONS,
    ("POST", "/center/traffic/dispersion/plans"): {O, M},
    ("POST", "/center/traffic/dispersion/signs"): {O, M},
    ("POST", "/center/traffic/dispersion/signs/proposed"): {O, M},
    ("POST", "/center/traffic/dispersion/signs/{sign}/remove"): {O, M},
    ("GET", "/center/traffic/dispersion/plans/{number:int}"): PERSONS,
    ("POST", "/center/traffic/dispersion/plans/{number:int}/{deed}"): {O, M},
}
APIS = {
    ("GET", "/traffic/signs.json"): PERSONS,
}
EXAMPLES = {"{number:int}": "1", "{deed}": "send", "{sign}": "vms-001"}
