"""Questions on which everybody agrees, disagrees or passes, and the groups that come of it."""
