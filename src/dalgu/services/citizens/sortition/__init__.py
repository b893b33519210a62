"""Fair lotteries and mixed tables: people and quotas in, panels and proofs out."""
