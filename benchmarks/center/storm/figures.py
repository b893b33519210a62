"""How well a grouping found the true incidents: pairs of alerts, and what operators see."""

from collections import Counter
from math import comb


def pairwise(truth, found, same):
    """Precision, recall and F1 over pairs of alerts.

    `truth` and `found` map an alert to its group, `None` where it stands alone (noise; an event).
    `same` maps it to what tells it is a repetition: two alerts of noise that repeat each other
    count neither for nor against whoever puts them together.
    """
    alone = object()
    pairs = Counter()
    of_truth, of_found, neutral = Counter(), Counter(), Counter()
    for alert, incident in truth.items():
        group = found.get(alert, alone)
        group = None if group is alone else group
        if incident is not None:
            of_truth[incident] += 1
        if group is not None:
            of_found[group] += 1
            if incident is None:
                neutral[group, same[alert]] += 1
        if incident is not None and group is not None:
            pairs[incident, group] += 1
    right = sum(comb(n, 2) for n in pairs.values())
    together = sum(comb(n, 2) for n in of_found.values())
    together -= sum(comb(n, 2) for n in neutral.values())
    precision = right / max(1, together)
    recall = right / max(1, sum(comb(n, 2) for n in of_truth.values()))
    f1 = 0.0 if right == 0 else 2 * precision * recall / (precision + recall)
    return precision, recall, f1
