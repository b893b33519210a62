"""Where everything that moves is, once a second: positions on a grid, and what changed in them.

Who moves and why, services know; drawing is the browser's.
"""
