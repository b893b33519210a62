"""Flow and speed of every link an hour ahead, with intervals that hold, beside the naive guesses.

The thinking knows links, five-minute steps and nothing of the hub; where the observations come
from, when the model is trained and what is written back is told in `jobs`.
"""
