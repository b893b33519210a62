"""Named meters: what each kind of meter calls the values it sends, as rows of a table.

Nothing here reads bytes that no standard describes; `dalgu.devices.wmbus.decoders` does.
"""
