"""Demand of a district by the hour, a week ahead, with intervals and its error beside the naive.

The thinking knows days of 24 local hours and nothing of the hub; where the inflow comes from
and what is done about a district without one is told in `jobs`.
"""
