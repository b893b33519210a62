"""T-GCN re-run from its own code on Los-loop: each horizon in turn, as many epochs as are asked.

    pip install torch pytorch-lightning torchmetrics scipy pandas matplotlib python-dotenv
    git clone https://github.com/lehaifeng/T-GCN     (commit 219a234)
    python -m benchmarks.traffic.forecast.tgcn T-GCN/T-GCN/T-GCN-PyTorch --out tgcn.jsonl

Model, loss, optimiser, batches and data are imported from the checkout; settings are those of
its README (hidden 64, batch 32, learning rate 0.001, `mse_with_regularizer`, 3,000 epochs).
Its trainer, written for an older Lightning, is replaced by a plain loop. The Laplacian, 2,833
of whose 42,849 entries are not zero, is kept sparse: the losses agree to nine digits.

An epoch costs some 16 CPU seconds, so that all four horizons to the end are more than two days
of one core. Horizons therefore advance together, and `run.py --tgcn` says how far they came.
"""

import argparse
import json
import sys
import time
from pathlib import Path

BATCH, SEEN, HIDDEN, RATE = 32, 12, 64, 1e-3
EPOCHS_A_TURN = 4


def one_horizon(checkout, steps, seed):
    """Return task, data and optimiser of one horizon, all of its own making."""
    import models
    import tasks
    import torch
    from utils.data.spatiotemporal_csv_data import SpatioTemporalCSVDataModule

    torch.manual_seed(seed)
    tables = [str(checkout / "data" / name) for name in ("los_speed.csv", "los_adj.csv")]
    data = SpatioTemporalCSVDataModule(*tables, batch_size=BATCH, seq_len=SEEN, pre_len=steps)
    data.setup()
    model = models.TGCN(adj=data.adj, hidden_dim=HIDDEN)
    task = tasks.SupervisedForecastTask(
        model=model,
        feat_max_val=data.feat_max_val,
        loss="mse_with_regularizer",
        pre_len=steps,
        learning_rate=RATE,
        weight_decay=0,
    )
    for convolution in (model.tgcn_cell.graph_conv1, model.tgcn_cell.graph_conv2):
        convolution.laplacian = convolution.laplacian.to_sparse_csr()
    return task, data, task.configure_optimizers()


def epoch(task, data, optimiser):
    """Train one epoch; return the sum of its losses."""
    task.train()
    total = 0.0
    for row, batch in enumerate(data.train_dataloader()):
        loss = task.loss(*task.shared_step(batch, row))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
    return total


def score(task, data):
    """Return RMSE and MAE in mph on the test part."""
    import torch

    task.eval()
    square = absolute = count = 0.0
    with torch.no_grad():
        for batch in torch.utils.data.DataLoader(data.val_dataset, batch_size=2 * BATCH):
            predicted, came = task.shared_step(batch, 0)
            off = (predicted - came) * task.feat_max_val
            square += float((off**2).sum())
            absolute += float(off.abs().sum())
            count += off.numel()
    return (square / count) ** 0.5, absolute / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=3000)
    options = parser.parse_args()
    sys.path.insert(0, str(options.checkout))
    import torch

    torch.set_num_threads(1)
    blocks = {steps: one_horizon(options.checkout, steps, options.seed) for steps in (3, 6, 9, 12)}
    with options.out.open("a") as out:
        for done in range(EPOCHS_A_TURN, options.epochs + 1, EPOCHS_A_TURN):
            for steps, (task, data, optimiser) in blocks.items():
                begun = time.process_time()
                for _ in range(EPOCHS_A_TURN):
                    loss = epoch(task, data, optimiser)
                took = (time.process_time() - begun) / EPOCHS_A_TURN
                rmse, mae = score(task, data)
                found = {"seed": options.seed, "pre": steps, "epoch": done, "loss": loss}
                found |= {"rmse": rmse, "mae": mae, "cpu_s": took}
                out.write(json.dumps(found) + "\n")
                out.flush()


if __name__ == "__main__":
    main()
