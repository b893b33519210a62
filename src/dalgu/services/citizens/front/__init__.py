"""The front page of the citizens: what they can do here, and what the city owes them."""
