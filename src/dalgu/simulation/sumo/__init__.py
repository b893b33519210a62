"""SUMO as a street: its networks as layouts, its vehicles as what area detectors see."""
