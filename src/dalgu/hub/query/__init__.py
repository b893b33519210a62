"""The query languages of NGSI-LD: q, geo, type selection, and their HTTP parameters.

Pure: text in, predicates over canonical documents out. The store's indexes live elsewhere.
"""
