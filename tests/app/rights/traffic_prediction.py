"""Rights on the forecast of traffic, written by hand."""

O, A, E, M, V = "operator", "analyst", "evaluator", "administrator", "viewer"  # noqa: E741

ROUTES = {("GET", "/center/traffic/forecast"): {O, A, E, M, V}}
APIS: dict[tuple[str, str], set[str] | None] = {}
EXAMPLES: dict[str, str] = {}
