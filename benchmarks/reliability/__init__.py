"""Long campaigns against the store and the hub: power cuts, kills, hours at speed."""
