"""From declared variables to measured indicators: the hub read by columns, once for all of them.

Every number keeps the rows it came from, so that it can be computed again. What indicators earn
and who judges them lives elsewhere.
"""
