"""From registers to validated hours: rules, estimates, edits, versions (VEE).

All that is billed or balanced reads the day sheets made here; raw reads stay in the hub.
"""
