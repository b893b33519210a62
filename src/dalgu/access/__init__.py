"""Who may do what: accounts, roles, districts, tokens, sessions, the vault and the audit chain.

Access knows persons only as pseudonyms; names and keys live in its vault. It speaks no HTTP:
the composition root and the pages ask it.
"""
