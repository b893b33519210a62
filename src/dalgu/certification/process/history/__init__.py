"""The rounds of 2019 to 2025 as public sources tell them, each fact with how sure it is.

Rounds that are run on this platform are in its own log, not here.
"""
