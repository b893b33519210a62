"""Rights on committees and councils, written by hand."""

PUBLIC = None
O, M = "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/bodies"): PUBLIC,
    ("GET", "/bodies/{body}"): PUBLIC,
    ("GET", "/bodies/{body}/meetings/{meeting:int}"): PUBLIC,
    ("GET", "/center/bodies"): {O, M},
    ("POST", "/center/bodies/seed"): {O, M},
    ("GET", "/center/bodies/{body}"): {O, M},
    ("POST", "/center/bodies/{body}/{deed}"): {O, M},
    ("GET", "/center/bodies/{body}/meetings/{meeting:int}"): {O, M},
    ("POST", "/center/bodies/{body}/meetings/{meeting:int}/{deed}"): {O, M},
}
APIS = {
    ("GET", "/bodies.json"): PUBLIC,
    ("GET", "/bodies/{body}/meetings.ics"): PUBLIC,
}
EXAMPLES = {"{body}": "citizens-committee", "{meeting:int}": "1"}
