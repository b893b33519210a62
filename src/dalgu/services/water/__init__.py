"""Water: remote reading of meters, hourly use, and what the hours give reason to suspect.

The networks of pipes, their pressure and the bill are later work; so far meters speak here.
"""
