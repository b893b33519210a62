"""Running the signals: shadow, live, and what was decided why."""
