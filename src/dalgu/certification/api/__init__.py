"""The certification office over HTTP: cases, commands, files, papers, and what anyone may ask.

Requests become calls of the office and answers become JSON here; no rule of the process lives here.
"""
