"""Points: what measured values and reviewed levels earn, how sure that is, how reviewers agree.

All of it is pure, values in and values out. Measuring, reviewing and deciding live elsewhere.
"""
