"""User equilibrium on public test networks, beside the best known solutions."""
