"""How the physical city talks: message formats, transports, the device registry, files.

Nothing here knows what a message means to a service: decoders come in by injection, and
what was decoded goes to the hub together with the message it came from.
"""
