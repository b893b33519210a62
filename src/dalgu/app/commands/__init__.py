"""What the commands beside `dalgu up` do: each opens the city's folder, works, and closes it."""
