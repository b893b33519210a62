"""Korean text: its morphemes, how alike two texts are, which text answers a question.

Arrays and texts in, values out: nothing here knows the hub, the web or a city.
"""
