"""The small formula evaluator: expressions over named variables, variables over hub data.

It knows neither certification nor a city: numbers and arrays in, numbers out.
"""
