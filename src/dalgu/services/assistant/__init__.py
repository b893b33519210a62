"""Ddubot: answers what citizens ask, from the city's documents only.

What the texts mean is thought of in `answers`; rooms keep the documents and what people hand over.
"""
