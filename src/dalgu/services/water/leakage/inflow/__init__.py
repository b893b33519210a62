"""Leakage of a district from its inflow alone: when it starts, how much it is, when it ends.

Lives here: pure thinking on series of inflow and tank level, day by day, never looking ahead.
Not here: where the leak is (the hydraulic model of `leakage`) and the balance against meters.
"""
