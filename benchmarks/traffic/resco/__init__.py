"""Signal control on the RESCO maps, beside the figures published with them."""
