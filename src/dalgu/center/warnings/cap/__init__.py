"""The Common Alerting Protocol (OASIS; ITU-T X.1303): messages of 1.0, 1.1 and 1.2, and feeds.

Reading, holding to the rules and writing live here; who warns whom, and when, does not.
"""
