"""Vendors' payload codecs: JavaScript by LoRa Alliance TS013, in a process of their own.

What the fields of a codec mean for a service is data in `mappings/`; decoders that must be fast
are written again in `native/`. Which device has which codec is the device registry's.
"""
