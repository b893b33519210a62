"""LwM2M over CoAP: meters that register themselves, are observed, or send on their own.

Values leave here as fields with their unit in the name; what they mean for a city is told by
the profile of the registered device. Terminating DTLS is left to the operator's network.
"""
