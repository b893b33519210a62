"""Rights on the page of crossings, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741

ROUTES = {("GET", "/center/traffic/pedestrians"): {O, A, E, M, V}}
APIS: dict[tuple[str, str], set[str] | None] = {}
EXAMPLES: dict[str, str] = {}
