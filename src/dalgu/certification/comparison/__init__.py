"""Cities beside each other: who may be compared, profiles, ranks, peers, trends.

All of it is pure, values in and values out. No city is scored here by rules of its own.
"""
