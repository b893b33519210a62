"""History: sealed and asked beside the limits, and sealing killed a hundred times."""
