"""Messages to roadside units: how many a second, and what the encoders cost."""
