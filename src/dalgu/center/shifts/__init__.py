"""The log of each shift, its hand-over and its signatures."""
