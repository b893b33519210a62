"""Rights on the assistant's pages and its door, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/ask"): PUBLIC,
    ("POST", "/ask"): PUBLIC,
    ("POST", "/ask/person"): PUBLIC,
    ("POST", "/ask/end"): PUBLIC,
    ("GET", "/ask/handbook"): PUBLIC,
    ("GET", "/ask/sections/{section}"): PUBLIC,
    ("GET", "/center/assistant"): {O, M},
    ("POST", "/center/assistant/import"): {O, M},
    ("GET", "/center/assistant/sections/new"): {O, M},
    ("POST", "/center/assistant/sections/new"): {O, M},
    ("GET", "/center/assistant/sections/{section}"): {O, M},
    ("POST", "/center/assistant/sections/{section}"): {O, M},
    ("POST", "/center/assistant/sections/{section}/withdraw"): {O, M},
    ("GET", "/center/assistant/unanswered"): {O, M},
    ("POST", "/center/assistant/unanswered"): {O, M},
    ("GET", "/center/assistant/handover"): {O, M},
    ("GET", "/center/assistant/handover/{number:int}"): {O, M},
    ("POST", "/center/assistant/handover/{number:int}/{deed}"): {O, M},
}
APIS = {("POST", "/ask.json"): PUBLIC}
EXAMPLES = {"{section}": "passport-papers"}
