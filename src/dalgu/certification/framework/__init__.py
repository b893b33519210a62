"""Frameworks as data: what a certification asks, how it is computed and what it earns.

Here lie the declared forms, the loader and its checks. No indicator is computed here.
"""
