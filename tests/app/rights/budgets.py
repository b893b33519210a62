"""Rights on participatory budgets, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/budgets"): PUBLIC,
    ("GET", "/budgets/{number:int}"): PUBLIC,
    ("POST", "/budgets/{number:int}/ideas"): {C},
    ("GET", "/budgets/{number:int}/vote"): PUBLIC,
    ("POST", "/budgets/{number:int}/vote"): {C},
    ("GET", "/budgets/{number:int}/result"): PUBLIC,
    ("GET", "/budgets/{number:int}/projects/{project:int}"): PUBLIC,
    ("GET", "/center/citizens/budgets"): {O, M},
    ("POST", "/center/citizens/budgets"): {O, M},
    ("POST", "/center/citizens/budgets/import"): {O, M},
    ("POST", "/center/citizens/budgets/demonstration"): {O, M},
    ("GET", "/center/citizens/budgets/{number:int}"): {O, M},
    ("POST", "/center/citizens/budgets/{number:int}/{deed}"): {O, M},
    ("POST", "/center/citizens/budgets/{number:int}/projects/{project:int}/{deed}"): {O, M},
}
APIS = {
    ("GET", "/budgets/{number:int}/round.pb"): PUBLIC,
    ("GET", "/budgets/{number:int}/result.json"): PUBLIC,
}
EXAMPLES = {"{project:int}": "1", "{deed}": "count"}
