"""The streets: links, lanes, movements, crossings, and the signals that rule them."""
