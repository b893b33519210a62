"""Performance measures of intersections beside package atspm, on its own sample of real events."""
