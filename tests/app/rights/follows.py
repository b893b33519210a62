"""Rights on following, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

STOP = "/follows/stop/{account}/{subject:path}/{tag}"

ROUTES = {
    ("GET", "/follows"): PUBLIC,
    ("POST", "/follows/{step}"): {C},
    ("GET", STOP): PUBLIC,  # the signature in the link opens it
    ("POST", STOP): PUBLIC,
    ("GET", "/center/citizens/hooks"): {O, M},
    ("POST", "/center/citizens/hooks"): {O, M},
    ("POST", "/center/citizens/hooks/{number:int}/remove"): {O, M},
}
APIS = {
    ("GET", "/citizens/feeds/thing.{ending}"): PUBLIC,
    ("GET", "/citizens/feeds/{feed}.{ending}"): PUBLIC,
    ("GET", "/citizens/calendar.ics"): PUBLIC,
}
EXAMPLES = {"{subject:path}": "none", "{tag}": "none", "{feed}": "proposals", "{ending}": "atom"}
