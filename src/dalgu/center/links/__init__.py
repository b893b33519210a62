"""Tells 112, 119, the disaster office and others, and keeps what was told."""
