"""Rights on the open data, written by hand."""

PUBLIC = None

ROUTES = {("GET", "/citizens/data"): PUBLIC}
APIS = {("GET", "/citizens/data/files/{day}/{file}"): PUBLIC}
EXAMPLES = {"{file}": "none.csv"}
