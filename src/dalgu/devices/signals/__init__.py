"""Signal controllers in the street: their timing, the safety layer inside them, their driver."""
