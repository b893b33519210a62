"""Rights on moderation, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/moderation/rules"): PUBLIC,
    ("GET", "/moderation/log"): PUBLIC,
    ("GET", "/moderation/report"): {C},
    ("POST", "/moderation/report"): {C},
    ("GET", "/moderation/appeal"): {C},
    ("POST", "/moderation/appeal"): {C},
    ("GET", "/center/citizens/moderation"): {O, M},
    ("POST", "/center/citizens/moderation/{step}"): {O, M},
}
APIS = {}
EXAMPLES = {}
