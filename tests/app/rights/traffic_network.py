"""Rights on the streets, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741
PERSONS = {O, A, E, M, V}

ROUTES = {
    ("GET", "/center/traffic/network"): PERSONS,
    ("POST", "/center/traffic/network/import"): {M},
}
APIS = {("GET", "/traffic/network.zip"): PERSONS}
EXAMPLES: dict[str, str] = {}
