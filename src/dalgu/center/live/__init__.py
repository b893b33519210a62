"""One stream to every open page: what changed in the hub and in the book, said once for all.

What an incident, a layer or a moving thing is, other rooms know; pages draw what they are told.
"""
