"""DLMS/COSEM push as concentrators forward it: data notifications, plain or ciphered.

Only what a meter pushes is read; nothing is asked of it, and no association is opened.
"""
