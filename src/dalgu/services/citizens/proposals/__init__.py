"""Talk Daegu: what residents propose, what the city asks them, what they ask it to debate.

One life cycle for all three, with spaces that set its thresholds, windows and terms. How an
office works a request of its own is in `requests`.
"""
