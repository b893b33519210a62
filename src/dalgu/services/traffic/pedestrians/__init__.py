"""People on foot at crossings: demand, walk extension, cautions, conflicts and right turns.

Not here: the messages that carry a caution to roadside units (`v2x`), and the signals
themselves (`signals`): this room asks them for more walk time, it never sets a light.
"""
