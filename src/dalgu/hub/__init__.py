"""The city data hub: NGSI-LD entities with history, subscriptions and their HTTP binding.

The hub remembers. What devices say reaches it through `dalgu.devices`; what it means is
thought in `dalgu.services`.
"""
