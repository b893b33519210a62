"""The interface described as OpenAPI 3.1: tables (TOML, JSON) and what turns them into a document.

What each operation takes and answers stands in the tables, written from the clauses; which
routes there are and whom they are open to comes from the running site, never from a table.
"""
