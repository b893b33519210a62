"""Participatory budgeting: approvals and costs in, winners and their proofs out."""
