"""Rights on the pages of intersections and corridors, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741
PERSONS = {O, A, E, M, V}

ROUTES = {
    ("GET", "/center/traffic/signals/{signal}"): PERSONS,
    ("GET", "/center/traffic/signals/{signal}/now"): PERSONS,
    ("GET", "/center/traffic/replay"): PERSONS,
    ("POST", "/center/traffic/replay"): PERSONS,
    ("GET", "/center/traffic/corridors"): PERSONS,
    ("GET", "/center/traffic/corridors/{corridor}"): PERSONS,
    ("POST", "/center/traffic/corridors/{corridor}/proposals"): {O, M},
}
APIS = {}
EXAMPLES = {"{signal}": "x001", "{corridor}": "c01"}
