"""Secret ballots with receipts, on a chain that anybody can recount."""
