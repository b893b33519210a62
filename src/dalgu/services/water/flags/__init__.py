"""What a meter's hours and its own alarms give reason to suspect, and why reads are missing.

Alerts for people live here; who repairs what is decided elsewhere.
"""
