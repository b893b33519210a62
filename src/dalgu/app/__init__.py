"""The composition root: the only place where the parts meet.

It opens the store, gives each part what it needs, runs the jobs and serves the pages; it holds
no thinking of its own.
"""
