"""Rights on roundtables, written by hand. Codes of seats and tables open what is public here."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741
HERE = "/roundtables/{number:int}"
DESK = "/center/citizens/roundtables"

ROUTES = {
    ("GET", "/roundtables"): PUBLIC,
    ("GET", "/roundtables/offline"): PUBLIC,  # the shell that tablets keep: nobody's data
    ("GET", HERE): PUBLIC,
    ("GET", f"{HERE}/apply"): PUBLIC,
    ("POST", f"{HERE}/apply"): {C},
    ("POST", f"{HERE}/withdraw"): {C},
    ("GET", f"{HERE}/screen"): PUBLIC,
    ("GET", f"{HERE}/report"): PUBLIC,
    ("GET", f"{HERE}/seat/{{code}}"): PUBLIC,
    ("POST", f"{HERE}/seat/{{code}}/survey"): PUBLIC,
    ("POST", f"{HERE}/seat/{{code}}/ballot"): PUBLIC,
    ("GET", f"{HERE}/table/{{code}}"): PUBLIC,
    ("POST", f"{HERE}/table/{{code}}/opinion"): PUBLIC,
    ("GET", DESK): {O, M},
    ("POST", DESK): {O, M},
    ("POST", f"{DESK}/demonstration"): {O, M},
    ("GET", f"{DESK}/{{number:int}}"): {O, M},
    ("GET", f"{DESK}/{{number:int}}/themes"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/themes"): {O, M},
    ("GET", f"{DESK}/{{number:int}}/scoring"): {O, M},
    ("GET", f"{DESK}/{{number:int}}/print"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/contacts"): {O, M},
    ("POST", f"{DESK}/{{number:int}}/do/{{step}}"): {O, M},
}
APIS = {
    ("GET", "/roundtable-worker.js"): PUBLIC,
    ("GET", f"{HERE}/live"): PUBLIC,
    ("GET", f"{HERE}/hall.json"): PUBLIC,
    ("GET", f"{HERE}/proof.json"): PUBLIC,
    ("GET", f"{HERE}/table/{{code}}.json"): PUBLIC,
    ("POST", f"{HERE}/table/{{code}}/opinions"): PUBLIC,
    ("POST", f"{HERE}/seat/{{code}}/ballots"): PUBLIC,
    ("POST", f"{HERE}/seat/{{code}}/tokens"): PUBLIC,
}
EXAMPLES = {"{code}": "0000-0000-0000", "{step}": "call"}
