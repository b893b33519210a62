"""Layouts of the video wall."""
