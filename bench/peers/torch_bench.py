#!/usr/bin/python3
"""The workloads of the bench, on PyTorch: one JSON object a line, a workload each.

    /usr/bin/python3 bench/peers/torch_bench.py --workload W-S --seconds 5

A training step is forward + backpropagation through time + clip of the global norm at 5 + Adam, float32, one thread.

    W-S, W-S-GRU, W-S-RNN   one-hot 64 -> LSTM, GRU or tanh RNN of 128 -> dense 64 -> softmax cross-entropy every step, batch 32, T 64
    W-M                     one-hot 96 -> 2 x LSTM 256 -> dense 96, batch 32, T 64
    W-L                     embedding 5000 x 256 -> LSTM 512 -> dense 5000, batch 32, T 35
    W-BI                    embedding 5000 x 64 -> bidirectional LSTM 2 x 128 -> 9 tags every step, batch 32, T 32
    I-1                     one-hot 96 -> LSTM 256 -> dense 96 -> argmax, fed back, batch 1: one step is one token
    I-B                     the model of W-M, batch 64, T 128, forward only

How a PyTorch user would write it for speed: nn.LSTM and its like, time-major (no transposition inside), zero_grad(set_to_none=True),
inference_mode. One-hot input: F.one_hot(ids).float() and a frozen identity nn.Embedding are both timed and the faster one is used
(`input` says which). I-1: nn.LSTM and nn.LSTMCell likewise (`form`). Adam: the loop and the `foreach` form likewise (`adam`).

Data: a random pattern of ids, 3 periods long in each window, so that the loss falls as it is learnt: `firstLoss`, `lastLoss`.
Figures: tokensPerSecond from the median step time; gflops counts every matrix product but the look-ups as 2 m n k, three times in training.
"""
import argparse
import itertools
import json
import os
import statistics
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import torch.nn.functional as F

torch.set_num_threads(1)

RNN = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
# name: (cell, vocabulary, embedding or None for one-hot, na, layers, directions, ny, batch, T, kind)
WORKLOADS = {
    "W-S": ("lstm", 64, None, 128, 1, 1, 64, 32, 64, "train"),
    "W-S-GRU": ("gru", 64, None, 128, 1, 1, 64, 32, 64, "train"),
    "W-S-RNN": ("rnn", 64, None, 128, 1, 1, 64, 32, 64, "train"),
    "W-M": ("lstm", 96, None, 256, 2, 1, 96, 32, 64, "train"),
    "W-L": ("lstm", 5000, 256, 512, 1, 1, 5000, 32, 35, "train"),
    "W-BI": ("lstm", 5000, 64, 128, 1, 2, 9, 32, 32, "train"),
    "I-1": ("lstm", 96, None, 256, 1, 1, 96, 1, 1, "stream"),
    "I-B": ("lstm", 96, None, 256, 2, 1, 96, 64, 128, "forward"),
}


class Model(torch.nn.Module):
    """Ids [T, B] -> logits [T, B, ny]."""

    def __init__(self, cell, vocabulary, embedding, na, layers, directions, ny):
        super().__init__()
        self.vocabulary = vocabulary
        self.embedding = None if embedding is None else torch.nn.Embedding(vocabulary, embedding)
        self.identity = None if embedding else torch.nn.Embedding.from_pretrained(torch.eye(vocabulary), freeze=True)
        self.one_hot = "identity"
        self.rnn = RNN[cell](embedding or vocabulary, na, layers, bidirectional=directions == 2)
        self.dense = torch.nn.Linear(na * directions, ny)

    def encode(self, ids):
        if self.embedding is not None:
            return self.embedding(ids)
        return self.identity(ids) if self.one_hot == "identity" else F.one_hot(ids, self.vocabulary).float()

    def forward(self, ids, state=None):
        output, state = self.rnn(self.encode(ids), state)
        return self.dense(output), state


def flops_per_token(cell, vocabulary, embedding, na, layers, directions, ny, kind):
    """Matrix products alone; a one-hot or embedding look-up counts nothing."""
    total, nx = 0, embedding or 0
    for _ in range(layers):
        total += directions * 2 * GATES[cell] * na * (nx + na)
        nx = na * directions
    total += 2 * nx * ny
    return total * (3 if kind == "train" else 1)


def repeating_ids(vocabulary, T, B, ny):
    """Ids [T + 1, B] of a random pattern that repeats three times a window, each row at its own phase, and tags of them."""
    g = torch.Generator().manual_seed(7)
    period = max(2, (T + 1) // 3)
    pattern = torch.randint(vocabulary, (period,), generator=g)
    phase = torch.randint(period, (B,), generator=g)
    ids = pattern[(torch.arange(T + 1)[:, None] + phase[None, :]) % period]
    return ids, ids % ny


def training_step(name, spec, foreach):
    cell, vocabulary, embedding, na, layers, directions, ny, B, T, kind = spec
    torch.manual_seed(1)
    model = Model(cell, vocabulary, embedding, na, layers, directions, ny)
    ids, tags = repeating_ids(vocabulary, T, B, ny)
    x, y = ids[:-1].contiguous(), (tags[:-1] if name == "W-BI" else ids[1:]).contiguous().flatten()
    trained = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.Adam(trained, lr=1e-3, foreach=foreach)

    def step():
        adam.zero_grad(set_to_none=True)
        logits, _ = model(x)
        loss = F.cross_entropy(logits.view(-1, ny), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 5.0)
        adam.step()
        return loss.item()

    return model, step


def forward_step(spec):
    cell, vocabulary, embedding, na, layers, directions, ny, B, T, kind = spec
    torch.manual_seed(1)
    model = Model(cell, vocabulary, embedding, na, layers, directions, ny).eval()
    x = repeating_ids(vocabulary, T, B, ny)[0][:-1].contiguous()

    def step():
        with torch.inference_mode():
            model(x)

    return model, step


def streaming_step(spec, form):
    """One token: the previous argmax in, the next one out."""
    cell, vocabulary, embedding, na, layers, directions, ny, B, T, kind = spec
    torch.manual_seed(1)
    model = Model(cell, vocabulary, embedding, na, layers, directions, ny).eval()
    one = torch.nn.LSTMCell(vocabulary, na)
    one.load_state_dict({k.removesuffix("_l0"): v for k, v in model.rnn.state_dict().items()})
    now = {"id": torch.zeros(1, 1, dtype=torch.int64), "state": None}

    def step_module():
        with torch.inference_mode():
            logits, now["state"] = model(now["id"], now["state"])
            now["id"] = logits.argmax(-1)
            return int(now["id"])

    def step_cell():
        with torch.inference_mode():
            now["state"] = one(model.encode(now["id"][0]), now["state"])
            now["id"] = model.dense(now["state"][0]).argmax(-1, keepdim=True)
            return int(now["id"])

    return model, step_module if form == "nn.LSTM" else step_cell


def time_steps(step, seconds, least=3):
    """Times of single steps, in seconds, for about `seconds`."""
    times, results, end = [], [], time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        start = time.perf_counter()
        results.append(step())
        times.append(time.perf_counter() - start)
    return times, results


def candidates(name, spec, one_hot):
    """The ways to write the workload, as (settings, model, step)."""
    kind, has_one_hot = spec[9], spec[2] is None
    inputs = [None] if not has_one_hot else ["one-hot", "identity"] if one_hot == "auto" else [one_hot]
    forms = {"train": [{"adam": "loop"}, {"adam": "foreach"}], "forward": [{}], "stream": [{"form": "nn.LSTM"}, {"form": "nn.LSTMCell"}]}[kind]
    for encoding, form in itertools.product(inputs, forms):
        if kind == "train":
            model, step = training_step(name, spec, form["adam"] == "foreach")
        else:
            model, step = forward_step(spec) if kind == "forward" else streaming_step(spec, form["form"])
        model.one_hot = encoding or "identity"
        yield {"input": encoding or "embedding", **form}, model, step


def measure(name, seconds, warmup, one_hot):
    spec = WORKLOADS[name]
    cell, vocabulary, embedding, na, layers, directions, ny, B, T, kind = spec
    ways = list(candidates(name, spec, one_hot))
    trials = {}
    for _ in range(3):  # alternating, so that a disturbance does not decide
        for index, (_, _, step) in enumerate(ways):
            trials.setdefault(index, []).extend(time_steps(step, warmup / (3 * len(ways)), least=2)[0])
    chosen = min(trials, key=lambda index: statistics.median(trials[index]))
    settings, _, _ = ways[chosen]
    del ways
    # A fresh model of the chosen way, so that the losses are those of a run from the beginning.
    fresh = next(w for w in candidates(name, spec, one_hot) if w[0] == settings)
    first = [fresh[2]() for _ in range(3)]
    times, results = time_steps(fresh[2], seconds)
    median = statistics.median(times)
    tokens_per_second = B * T / median
    line = {
        "workload": name, "tokensPerSecond": tokens_per_second,
        "gflops": flops_per_token(cell, vocabulary, embedding, na, layers, directions, ny, kind) * tokens_per_second / 1e9,
        "threads": torch.get_num_threads(), "backend": f"PyTorch {torch.__version__}, {blas_name()}",
        "medianMs": median * 1e3, "minMs": min(times) * 1e3, "steps": len(times), **settings,
    }
    if kind == "train":
        line.update(firstLoss=first[0], lastLoss=results[-1])
        if not results[-1] < first[0]:
            sys.exit(f"{name}: expected a falling loss, got {first[0]} -> {results[-1]}.")
    return line


def blas_name():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libraries = sorted({os.path.basename(line.split()[-1]) for line in maps if "blas" in line or "mkl" in line})
    named = [library for library in libraries if "openblas" in library or "mkl" in library]
    return "+".join(named or libraries) or "no BLAS found"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The workloads of the bench, on PyTorch.")
    parser.add_argument("--workload", action="append", choices=list(WORKLOADS), help="may be given several times; all by default")
    parser.add_argument("--seconds", type=float, default=5.0, help="measured time a workload")
    parser.add_argument("--warmup", type=float, default=2.0, help="time a workload to warm up and to choose the faster way")
    parser.add_argument("--input", default="auto", choices=["auto", "one-hot", "identity"], help="how ids become one-hot rows")
    arguments = parser.parse_args()
    for workload in arguments.workload or WORKLOADS:
        print(json.dumps(measure(workload, arguments.seconds, arguments.warmup, arguments.input)), flush=True)
