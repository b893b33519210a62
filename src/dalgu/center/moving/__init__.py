"""Where everything that moves is, once a second."""
