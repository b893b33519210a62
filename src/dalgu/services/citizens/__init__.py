"""Citizens: from a wish to its measured effect. See README.md.

One sealed book (ADR 11) holds what citizens and those who serve them do; each subpackage is a
room that folds its own entries. `sortition`, `groups` and `shares` are mathematics alone.
"""
