"""Speeds of Los-loop an hour ahead by the protocol of T-GCN, ours beside its own code."""
