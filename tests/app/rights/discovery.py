"""Rights on problems, their rounds and test-bed calls, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741
DESK = "/center/citizens/discovery"
CALLS = "/center/citizens/testbed-calls"

ROUTES = {
    ("GET", "/problems"): PUBLIC,
    ("GET", "/problems/rounds/{round:int}"): PUBLIC,
    ("POST", "/problems/rounds/{round:int}/{deed}"): {C},
    ("GET", "/problems/{number:int}"): PUBLIC,
    ("GET", "/problems/{number:int}/evidence"): {C},
    ("POST", "/problems/{number:int}/{deed}"): {C},
    ("GET", "/certificates-of-completion/{code}"): PUBLIC,
    ("POST", "/certificates-of-completion/{code}"): PUBLIC,
    ("POST", "/certificates-of-completion/{code}/paper"): {C},
    ("GET", "/testbed-calls"): PUBLIC,
    ("GET", "/testbed-calls/{call:int}"): PUBLIC,
    ("POST", "/testbed-calls/{call:int}/apply"): {C},
    ("GET", "/testbed-calls/runs/{application:int}"): PUBLIC,
    ("POST", "/testbed-calls/runs/{application:int}/score"): {C},
    ("GET", DESK): {O, M},
    ("POST", f"{DESK}/{{deed}}"): {O, M},
    ("GET", f"{DESK}/rounds/{{round:int}}"): {O, M},
    ("POST", f"{DESK}/rounds/{{round:int}}/{{deed}}"): {O, M},
    ("GET", f"{DESK}/problems/{{number:int}}"): {O, M},
    ("GET", f"{DESK}/problems/{{number:int}}/evidence"): {O, M},
    ("POST", f"{DESK}/problems/{{number:int}}/{{deed}}"): {O, M},
    ("GET", CALLS): {O, M},
    ("POST", CALLS): {O, M},
    ("GET", f"{CALLS}/{{call:int}}"): {O, M},
    ("POST", f"{CALLS}/{{call:int}}/select"): {O, M},
    ("GET", f"{CALLS}/applications/{{application:int}}"): {O, M},
    ("POST", f"{CALLS}/applications/{{application:int}}/{{deed}}"): {O, M},
}
APIS = {
    ("GET", "/problems.json"): PUBLIC,
    ("GET", "/problems/{number:int}/evidence/{at:int}.csv"): PUBLIC,
    ("GET", "/testbed-calls.json"): PUBLIC,
    ("GET", "/certificates-of-completion/key.json"): PUBLIC,
    ("GET", "/certificates-of-completion/{code}.json"): PUBLIC,
}
EXAMPLES = {
    "{round:int}": "1",
    "{call:int}": "1",
    "{application:int}": "1",
    "{at:int}": "1",
    "{code}": "0123456789ab",
}
