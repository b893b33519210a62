"""The command line, one file for each group of commands."""

from dalgu.cli.entry import app, main

__all__ = ["app", "main"]
