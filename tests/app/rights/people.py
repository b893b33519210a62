"""Rights on joining, oneself and the desk that vouches, written by hand."""

PUBLIC = None
C, O, M = "citizen", "operator", "administrator"  # noqa: E741

ROUTES = {
    ("GET", "/join"): PUBLIC,
    ("POST", "/join"): PUBLIC,
    ("GET", "/join/{secret}"): PUBLIC,  # the secret opens it
    ("POST", "/join/{secret}"): PUBLIC,
    ("GET", "/me"): {C},
    ("POST", "/me/nickname"): {C},
    ("POST", "/me/leave"): {C},
    ("GET", "/me/resident"): {C},
    ("POST", "/me/resident"): {C},
    ("POST", "/me/resident/provider"): {C},
    ("GET", "/me/resident/return"): {C},
    ("GET", "/center/citizens/vouch"): {O, M},
    ("POST", "/center/citizens/vouch"): {O, M},
}
APIS = {}
EXAMPLES = {}
