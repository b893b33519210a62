"""What incidents teach: times, reports, and the figures of the certification."""
