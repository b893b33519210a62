"""Conversations: in memory, for half an hour, masked before anything else sees them."""
