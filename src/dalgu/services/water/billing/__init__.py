"""From validated registers to a bill in won: tariffs as data, every line replayable.

No payment is taken here, and no customer's name is known.
"""
