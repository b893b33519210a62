"""What the three water pages show: the city, one meter, one district.

Only reading and arranging lives here; the parts of the service do the thinking.
"""
