"""Printed papers: the certificate, the result paper, the index of evidence, notices of revocation.

Here lives how a paper looks; each takes a plain struct of what to print. Who decides what is
printed, and signing, do not live here.
"""
