"""What an intersection's own records say: performance measures, capacity and progression.

Pure thinking over controller events (Indiana enumeration), lane groups (Highway Capacity Manual)
and corridors. No controller is driven here and nothing is predicted.
"""
