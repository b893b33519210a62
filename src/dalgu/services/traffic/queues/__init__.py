"""A district's traffic as queues on links: the simulation of the default install."""
