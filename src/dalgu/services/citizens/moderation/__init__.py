"""What may stand on the citizens' pages, by published rules, with reasons, appeals and a log."""
