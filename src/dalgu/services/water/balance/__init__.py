"""What goes into a district beside what its meters count: totals, night flow, water balance.

Finding a leak's place is the matter of `leakage`.
"""
