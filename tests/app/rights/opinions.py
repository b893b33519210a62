"""Rights on questions and opinion groups, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741
DESK = "/center/citizens/opinions"

ROUTES = {
    ("GET", "/opinions"): PUBLIC,
    ("GET", "/opinions/new"): {C},
    ("POST", "/opinions/new"): {C},  # the room asks for who proposed it
    ("GET", "/opinions/{number:int}"): PUBLIC,
    ("GET", "/opinions/{number:int}/groups"): PUBLIC,
    ("POST", "/opinions/{number:int}/votes"): {C},
    ("POST", "/opinions/{number:int}/statements"): {C},
    ("GET", DESK): {O, M},
    ("POST", DESK): {O, M},
    ("POST", f"{DESK}/{{number:int}}/close"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/statements"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/statements/{{statement:int}}/{{verdict}}"): {O, M},
}
APIS = {
    ("GET", "/opinions/{number:int}/groups.json"): PUBLIC,
    ("GET", "/opinions/{number:int}/participants-votes.csv"): PUBLIC,
    ("GET", "/opinions/{number:int}/comments.csv"): PUBLIC,
}
EXAMPLES = {"{statement:int}": "1", "{verdict}": "in"}
