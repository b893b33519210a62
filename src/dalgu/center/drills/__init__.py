"""Exercises: events from the simulator, watermarked wherever they show."""
