"""Rights on proposals, petitions and the city's questions, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741
DESK = "/center/citizens/proposals"

ROUTES = {
    ("GET", "/proposals"): PUBLIC,
    ("GET", "/proposals/new"): PUBLIC,
    ("POST", "/proposals/new"): {C},
    ("GET", "/proposals/mine"): {C},
    ("GET", "/proposals/{number:int}"): PUBLIC,
    ("POST", "/proposals/{number:int}/{step}"): {C},
    ("GET", "/petitions"): PUBLIC,
    ("GET", "/petitions/new"): PUBLIC,
    ("POST", "/petitions/new"): {C},
    ("GET", "/petitions/{number:int}"): PUBLIC,
    ("POST", "/petitions/{number:int}/{step}"): {C},
    ("GET", "/ask-citizens"): PUBLIC,
    ("GET", "/ask-citizens/{number:int}"): PUBLIC,
    ("POST", "/ask-citizens/{number:int}/{step}"): {C},
    ("GET", DESK): {O, M},
    ("POST", DESK): {O, M},
    ("GET", f"{DESK}/ask"): {O, M},
    ("POST", f"{DESK}/ask"): {O, M},
    ("GET", f"{DESK}/spaces"): {O, M},
    ("POST", f"{DESK}/spaces"): {O, M},
    ("POST", f"{DESK}/templates"): {O, M},
    ("GET", f"{DESK}/{{number:int}}"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/{{step}}"): {O, M},
}
APIS = {
    ("GET", "/citizens/proposals.json"): PUBLIC,
    ("GET", "/citizens/proposals/similar.json"): PUBLIC,
}
EXAMPLES = {}
