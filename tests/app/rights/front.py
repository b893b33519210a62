"""Rights on the citizens' front pages, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/citizens"): PUBLIC,
    ("GET", "/citizens/terms"): PUBLIC,
    ("GET", "/center/citizens"): {O, M},
}
APIS = {}
EXAMPLES = {}
