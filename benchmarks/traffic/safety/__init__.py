"""The safety layer of signal controllers: random outputs, planted bugs, proof, and kills."""
