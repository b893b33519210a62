"""The pages of participatory budgets: for everybody, and for those who run them."""

from dalgu.services.citizens.budgets.pages.public import routes

__all__ = ["routes"]
