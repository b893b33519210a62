"""Signal control: what a controller sees, what it decides, and why."""
