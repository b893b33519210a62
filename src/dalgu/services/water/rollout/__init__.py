"""Which districts get remote reading next, and why.

Radio planning itself is the matter of the network service.
"""
