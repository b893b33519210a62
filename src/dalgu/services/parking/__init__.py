"""Parking: free spaces of car parks and kerbs, now and in the next two hours.

Guidance and barriers themselves are the operators'; this folder reads what they report.
"""
