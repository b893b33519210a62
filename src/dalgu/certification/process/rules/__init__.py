"""What may happen: each command is refused with its reason or becomes events, pure.

Who may ask, and at which stage, stands in one table (`process.permission`); here is what the law
asks beyond that.
"""
