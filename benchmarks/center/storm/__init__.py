"""An alert storm over a made-up city whose true incidents are known, and three ways to group it."""
