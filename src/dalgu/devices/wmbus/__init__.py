"""Wireless M-Bus and OMS telegrams, pure: bytes to typed values and back, no I/O and no clock.

Layouts that a manufacturer does not publish are not guessed here: their bytes are handed on.
"""
