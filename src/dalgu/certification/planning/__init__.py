"""What a city can do about its grade: the cheapest way up, what moves it, how far it drifted.

All of it is pure, values in and values out. Costs come from the city; none is made up here.
"""
