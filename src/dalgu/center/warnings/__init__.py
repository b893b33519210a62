"""Public warnings by the Common Alerting Protocol, out and in."""
