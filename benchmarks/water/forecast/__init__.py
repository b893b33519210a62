"""The Battle of Water Demand Forecasting, entered after the fact and by its rules."""
