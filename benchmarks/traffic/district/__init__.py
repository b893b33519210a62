"""A district of 256 signals on SUMO: our controllers beside SUMO's own."""
