"""Rights on votes, written by hand: a ballot is cast by its token, whoever sends it."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/citizens/ballots"): PUBLIC,
    ("GET", "/citizens/ballots/{box:path}"): PUBLIC,
    ("POST", "/citizens/ballots/{box:path}"): {C},
    ("GET", "/center/citizens/ballots"): {O, M},
    ("POST", "/center/citizens/ballots"): {O, M},
    ("POST", "/center/citizens/ballots/{box:path}/close"): {O, M},
}
APIS = {
    ("GET", "/citizens/ballots/key.txt"): PUBLIC,
    ("GET", "/citizens/ballots/{box:path}/ballots.jsonl"): PUBLIC,
    ("POST", "/citizens/ballots/{box:path}/token"): {C},
    ("POST", "/citizens/ballots/{box:path}/cast"): PUBLIC,
}
EXAMPLES = {"{box:path}": "none"}
