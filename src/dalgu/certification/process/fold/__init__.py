"""What the log amounts to: each event's step from one state to the next, pure and total.

Nothing is refused here: what stands in the log has happened. Rules are in `process.rules`.
"""
