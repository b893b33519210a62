"""Find the weights of the learned policy by an evolution strategy (CMA-ES) on the queue simulation.

    python -m benchmarks.traffic.learning.train --generations 60 --seed 1 --out weights.json

Hansen (2016), "The CMA evolution strategy: a tutorial", arXiv:1604.00772. All candidates of a
generation drive the same worlds side by side in one simulation; what counts is the mean of the
logarithms of their delays, so that light and heavy worlds weigh alike. New worlds each time.
"""

import argparse
import datetime
import json
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.traffic.learning.compare import held_out, measured, references, row
from benchmarks.traffic.learning.driving import of_candidates
from benchmarks.traffic.learning.worlds import draw
from dalgu.services.traffic.signals.learned import FEATURES, Learned

HELD_OUT = 8  # worlds
CALLED = 0.2  # nobody walks in these worlds, so this weight is set: a minute's wait of a pedestrian
# counts as one vehicle served in five seconds
SHOWN_EVERY = 10  # generations
START = {  # what an earlier search found in lighter worlds without pedestrians
    "best_rate": 1.42,
    "rate_soon": 0.08,
    "rate_later": 0.24,
    "rate_far": 0.19,
    "waiting_served": -0.04,
    "waiting_longest": 0.05,
    "running": 0.05,
    "lost": -0.09,
    "age": 0.05,
    "left_behind": 0.05,
    "standing": 0.03,
    "coming": 0.04,
    "blocked": -0.05,
    "red": 0.13,
    "busy_rate": -0.07,
    "busy_running": -0.07,
    "busy_lost": -0.1,
    "kept_waiting": 0.1,
}
SCALES = {"best_rate": 1.0, "rate_soon": 0.5, "rate_later": 0.5, "rate_far": 0.5}


@dataclass(frozen=True)
class Setting:
    """How it is searched."""

    generations: int
    seed: int
    candidates: int = 12
    worlds: int = 4
    duration_s: int = 420


def start() -> tuple[np.ndarray, np.ndarray]:
    """Return where the search begins, and how far each weight is tried."""
    weights = np.array([START.get(name, 0.0) for name in FEATURES])
    scale = np.array([SCALES.get(name, 0.2) for name in FEATURES])
    return weights, scale


class Strategy:
    """CMA-ES: a normal distribution that follows the better half of its samples."""

    def __init__(self, mean: np.ndarray, scale: np.ndarray, candidates: int) -> None:
        size, parents = len(mean), candidates // 2
        weights = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
        self.mean, self.scale, self.sigma = np.zeros(size), scale, 0.2
        self.origin = mean
        self.weights = weights / weights.sum()
        self.effective = 1 / (self.weights**2).sum()
        self.covariance = np.eye(size)
        self.path, self.path_sigma = np.zeros(size), np.zeros(size)
        self.size, self.candidates = size, candidates

    def ask(self, rng: np.random.Generator) -> np.ndarray:
        """Return candidates, one a row."""
        values, vectors = np.linalg.eigh(self.covariance)
        self._root = vectors * np.sqrt(np.maximum(values, 1e-12))
        self._inverse = (vectors / np.sqrt(np.maximum(values, 1e-12))) @ vectors.T
        half = rng.normal(size=(self.candidates // 2, self.size))
        self._steps = np.concatenate([half, -half]) @ self._root.T
        return self.weights_of(self.mean + self.sigma * self._steps)

    def weights_of(self, place: np.ndarray) -> np.ndarray:
        """Return the weights that a place in the search stands for."""
        return np.asarray(self.origin + place * self.scale)

    def tell(self, cost: np.ndarray) -> None:
        """Move towards the candidates of least cost."""
        n, mu = self.size, self.effective
        order = np.argsort(cost)[: len(self.weights)]
        step = self.weights @ self._steps[order]
        self.mean = self.mean + self.sigma * step
        c_sigma = (mu + 2) / (n + mu + 5)
        damping = 1 + 2 * max(0.0, math.sqrt((mu - 1) / (n + 1)) - 1) + c_sigma
        self.path_sigma = (1 - c_sigma) * self.path_sigma + math.sqrt(
            c_sigma * (2 - c_sigma) * mu
        ) * (self._inverse @ step)
        expected = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))
        self.sigma *= math.exp(
            (c_sigma / damping) * (np.linalg.norm(self.path_sigma) / expected - 1)
        )
        c = (4 + mu / n) / (n + 4 + 2 * mu / n)
        self.path = (1 - c) * self.path + math.sqrt(c * (2 - c) * mu) * step
        one = 2 / ((n + 1.3) ** 2 + mu)
        many = min(1 - one, 2 * (mu - 2 + 1 / mu) / ((n + 2) ** 2 + mu))
        spread = (self._steps[order].T * self.weights) @ self._steps[order]
        self.covariance = (
            (1 - one - many) * self.covariance
            + one * np.outer(self.path, self.path)
            + many * spread
        )


def train(setting: Setting, out: Path) -> None:
    """Search, print the curve, and write the weights after each generation."""
    rng = np.random.default_rng(setting.seed)
    mean, scale = start()
    strategy = Strategy(mean, scale, setting.candidates)
    began, averaged = time.perf_counter(), []
    worlds_beside = held_out(HELD_OUT)
    beside = references(worlds_beside, setting.duration_s)
    for name, cost in beside.items():
        print(row(name, cost, beside["max-pressure"]), flush=True)
    for generation in range(setting.generations):
        worlds = [draw(rng) for _ in range(setting.worlds)]
        asked = np.vstack([strategy.ask(rng), mean])  # the last is the start, to compare with
        found = np.log(of_candidates(asked, worlds, rng, setting.duration_s))
        cost = (found - found.mean(axis=0)).mean(axis=1)
        strategy.tell(cost[:-1])
        averaged.append(strategy.weights_of(strategy.mean))
        gain = math.exp((found[:-1] - found[-1]).mean()) - 1
        best = math.exp((found[:-1].mean(axis=1) - found[-1].mean()).min()) - 1
        spent = time.perf_counter() - began
        print(
            f"{generation:4d} candidates {gain:+.3f} best {best:+.3f} against the start; "
            f"sigma {strategy.sigma:.3f}, {spent:.0f} s",
            flush=True,
        )
        recent = np.mean(averaged[-max(len(averaged) // 3, 1) :], axis=0)
        write(out, recent, setting, generation + 1)
        if generation % SHOWN_EVERY == 0 or generation == setting.generations - 1:
            policy = Learned(tuple(float(w) for w in recent))
            cost = measured(policy, worlds_beside, setting.duration_s)
            print(row(f"after {generation + 1:4d}", cost, beside["max-pressure"]), flush=True)


def write(out: Path, weights: np.ndarray, setting: Setting, generations: int) -> None:
    """Write weights with their provenance."""
    command = f"python -m benchmarks.traffic.learning.train --generations {generations}"
    command += f" --seed {setting.seed} --candidates {setting.candidates}"
    command += f" --worlds {setting.worlds} --duration {setting.duration_s}"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    named = {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)}
    named["called"] = CALLED
    text = {"command": command, "seed": setting.seed, "trained": today, "weights": named}
    out.write_text(json.dumps(text, indent=2) + "\n", "utf-8")


def main() -> None:
    """Read the command line."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--generations", type=int, default=60)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--candidates", type=int, default=12)
    ask.add_argument("--worlds", type=int, default=4)
    ask.add_argument("--duration", type=int, default=420)
    ask.add_argument("--out", type=Path, default=Path("weights.json"))
    told = ask.parse_args(sys.argv[1:])
    setting = Setting(told.generations, told.seed, told.candidates, told.worlds, told.duration)
    train(setting, told.out)


if __name__ == "__main__":
    main()
