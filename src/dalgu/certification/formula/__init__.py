"""The formula language: its grammar, its tree, one evaluator over numbers and columns, its units.

It knows neither certification nor a city: numbers and arrays in, numbers and arrays out.
"""
