"""Signed certificates: the issuer's key, the signature, the status list, and verification.

Here live the proofs that a certificate is what its issuer signed and how it stands on a day.
Who decides on a certificate, and how its paper looks, do not live here.
"""
