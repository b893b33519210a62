"""Leaks of the pipe network: detected, located with a hydraulic model, ordered for repair.

Lives here: the network, the EPANET engine around it, what its residuals say. Not here: what
single meters say of the pipes behind them (`flags`), and the balance of a district.
"""
