"""The Citizens' Roundtable, from the call to what became of its conclusions.

The mathematics of lottery and seating live in `sortition`, ballots in `ballots`; what is here
decides when which step may be taken, keeps what the hall says, and draws it.
"""
