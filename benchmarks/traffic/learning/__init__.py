"""How the learned policy was found, on the queue simulation."""
