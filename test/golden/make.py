#!/usr/bin/python3
"""Writes the goldens: state files made by PyTorch, against which Recurra's cells, layers and training are compared.

    /usr/bin/python3 test/golden/make.py            writes every *.json beside this file and sha256.json
    /usr/bin/python3 test/golden/make.py lstm gru   writes only the named ones (and sha256.json)

Pinned peer: Debian's python3-torch 1.13.1 (it calls itself 1.13.0a0), one thread. Each golden has its own seed.

Cells: inputs and weights are float32 values, computed with in float64; results are written with 12 digits.
Training runs: computed in float32 from the start, as a user's would be; the float64 run stands in `outputs.lossesFloat64`
to show how far two right answers lie apart.

Layout: batch-first [B, Tx, nx]; initial and last states [layers * directions, B, na], forward before reverse of each layer.
Loss = sum(output * loss_output) + sum(h_n * loss_h_n) (+ sum(c_n * loss_c_n)), the factors being among the inputs.
Names, packing and sense of PyTorch's cells are PyTorch's: weight_ih_l0 [4H, nx], i f g o; r z n, z keeps the old state.
bias_hh is 0 where it is redundant: everywhere but the n rows of the GRU.

Cells that PyTorch lacks are written out by hand in HAND below, in the sense of the course: the gate u admits the new.
The hand-written runner is itself compared with nn.LSTM and nn.RNN (`check_hand_runner`) before anything is written.
"""
import hashlib
import json
import math
import os
import sys

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = os.path.dirname(os.path.abspath(__file__))
PEER = "1.13.1 (Debian python3-torch, torch.__version__ 1.13.0a0)"
LARGEST_BYTES = 200_000
LENGTHS = [4, 7, 1]

if not torch.__version__.startswith("1.13"):
    sys.exit(f"make.py: expected torch 1.13, got {torch.__version__}. Other versions write other bytes.")
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


# Random values: drawn in float32, so that both sides start from the same numbers.

def normal(g, *shape):
    return torch.randn(*shape, generator=g, dtype=torch.float32)


def uniform(g, bound, *shape):
    return (torch.rand(*shape, generator=g, dtype=torch.float32) * 2 - 1) * bound


# Writing.

def tensor_to_json(value, digits):
    if value.dtype == torch.int64:
        data = [str(v) for v in value.flatten().tolist()]
    else:
        data = [format_number(v, digits) for v in value.detach().double().flatten().tolist()]
    return {"shape": list(value.shape), "data": data}


def format_number(value, digits):
    if not math.isfinite(value):
        raise ValueError("a golden holds finite numbers only")
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text


def write_golden(name, seed, case, inputs, weights, outputs, grads, digits=12):
    """9 digits carry a float32 exactly (inputs, weights); results take `digits`."""
    lines = ["{", f'  "torch": {json.dumps(PEER)},', f'  "seed": {seed},', f'  "case": {json.dumps(case, ensure_ascii=False)},']
    groups = [("inputs", inputs, 9), ("weights", weights, 9), ("outputs", outputs, digits), ("grads", grads, digits)]
    for index, (group, tensors, group_digits) in enumerate(groups):
        entries = []
        for key, value in tensors.items():
            item = tensor_to_json(value, group_digits)
            entries.append(f'    {json.dumps(key)}: {{ "shape": {json.dumps(item["shape"])}, "data": [{", ".join(item["data"])}] }}')
        body = ",\n".join(entries)
        end = "," if index < len(groups) - 1 else ""
        lines.append(f'  "{group}": {{\n{body}\n  }}{end}' if entries else f'  "{group}": {{}}{end}')
    text = "\n".join(lines) + "\n}\n"
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"{name}: {len(text)} bytes, more than {LARGEST_BYTES}")
    json.loads(text)
    with open(os.path.join(HERE, f"{name}.json"), "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{name}.json  {len(text)} bytes")


def write_hashes():
    names = sorted(n for n in os.listdir(HERE) if n.endswith(".json") and n not in ("sha256.json", "biome.json"))
    hashes = {n: hashlib.sha256(open(os.path.join(HERE, n), "rb").read()).hexdigest() for n in names}
    with open(os.path.join(HERE, "sha256.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(hashes, indent=2) + "\n")


# Cells that PyTorch has.

GATES = {"rnn-tanh": 1, "rnn-relu": 1, "gru": 3, "lstm": 4}


def cell_module(cell, nx, na, layers=1, bidirectional=False, proj=0):
    options = dict(num_layers=layers, batch_first=True, bidirectional=bidirectional)
    if cell == "lstm":
        module = torch.nn.LSTM(nx, na, proj_size=proj, **options)
    elif cell == "gru":
        module = torch.nn.GRU(nx, na, **options)
    else:
        module = torch.nn.RNN(nx, na, nonlinearity=cell.split("-")[1], **options)
    return module.double()


def fill_weights(module, g, cell, na):
    """Every weight uniform in ±1/√na; bias_hh 0 but for the n rows of the GRU."""
    with torch.no_grad():
        for key, weight in module.named_parameters():
            weight.copy_(uniform(g, 1 / math.sqrt(na), *weight.shape).double())
            if key.startswith("bias_hh"):
                weight[: 2 * na if cell == "gru" else None] = 0


def cell_golden(name, seed, cell, Tx=7, B=3, nx=4, na=5, layers=1, bidirectional=False, proj=0, lengths=None):
    g = torch.Generator().manual_seed(seed)
    module = cell_module(cell, nx, na, layers, bidirectional, proj)
    fill_weights(module, g, cell, na)
    rows, nh = layers * (2 if bidirectional else 1), proj or na
    inputs = {"x": normal(g, B, Tx, nx), "h_0": normal(g, rows, B, nh) * 0.5}
    if cell == "lstm":
        inputs["c_0"] = normal(g, rows, B, na) * 0.5
    inputs = {k: v.double().requires_grad_() for k, v in inputs.items()}

    state = (inputs["h_0"], inputs["c_0"]) if cell == "lstm" else inputs["h_0"]
    if lengths is None:
        output, last = module(inputs["x"], state)
    else:
        packed, last = module(pack_padded_sequence(inputs["x"], lengths, batch_first=True, enforce_sorted=False), state)
        output, _ = pad_packed_sequence(packed, batch_first=True, padding_value=0.0, total_length=Tx)
    outputs = {"output": output}
    outputs.update(zip(["h_n", "c_n"], last if cell == "lstm" else [last]))
    if cell == "rnn-relu":
        assert_far_from_kink(module, inputs, output, lengths)

    case = {"cell": cell, "Tx": Tx, "B": B, "nx": nx, "na": na, "layers": layers, "bidirectional": bidirectional, "projection": proj or None, "lengths": lengths}
    finish_cell(name, seed, case, g, inputs, dict(module.named_parameters()), outputs)


def finish_cell(name, seed, case, g, inputs, weights, outputs):
    factors = {f"loss_{k}": normal(g, *v.shape).double() for k, v in outputs.items()}
    loss = sum((v * factors[f"loss_{k}"]).sum() for k, v in outputs.items())
    leaves = {**inputs, **weights}
    grads = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))
    assert all(torch.isfinite(v).all() for v in grads.values())
    write_golden(name, seed, case, {**inputs, **factors}, weights, {**outputs, "loss": loss.reshape(1)}, grads)


def assert_far_from_kink(module, inputs, output, lengths):
    """A float32 run must not fall on the other side of relu's kink."""
    x, h = inputs["x"], inputs["h_0"][0]
    nearest = math.inf
    for t in range(x.shape[1]):
        s = x[:, t] @ module.weight_ih_l0.T + module.bias_ih_l0 + h @ module.weight_hh_l0.T + module.bias_hh_l0
        live = torch.tensor([t < n for n in (lengths or [x.shape[1]] * x.shape[0])])
        nearest = min(nearest, s[live].abs().min().item())
        h = output[:, t]
    assert nearest > 1e-3, f"a pre-activation lies {nearest} from relu's kink: take another seed"


# Cells written by hand. `s(name)` is W[a, x] + b of that affine: weight_a a + weight_x x + bias.

def layer_norm(v, gain, bias, eps=1e-5):
    mean = v.mean(-1, keepdim=True)
    variance = ((v - mean) ** 2).mean(-1, keepdim=True)
    return (v - mean) / torch.sqrt(variance + eps) * gain + bias


def affine(w, name, x, a=None):
    s = x @ w[f"{name}.weight_x"].T + w[f"{name}.bias"]
    return s if a is None else s + a @ w[f"{name}.weight_a"].T


def lstm_of(w, x, state, *, norm=False, peephole=False, coupled=False, output_tanh=True):
    a, c = state

    def gate(name, memory=None):
        s = affine(w, name, x, a)
        if norm:
            s = layer_norm(s, w[f"{name}.gain"], w[f"{name}.shift"])
        return s if memory is None or not peephole else s + w[f"{name}.peephole"] * memory

    c_tilde = torch.tanh(gate("c"))
    u = torch.sigmoid(gate("u", c))
    f = 1 - u if coupled else torch.sigmoid(gate("f", c))
    c_next = u * c_tilde + f * c
    o = torch.sigmoid(gate("o", c_next))
    return [o * (torch.tanh(c_next) if output_tanh else c_next), c_next]


def gru_reset_before(w, x, state):
    (a,) = state
    r, u = torch.sigmoid(affine(w, "r", x, a)), torch.sigmoid(affine(w, "u", x, a))
    c_tilde = torch.tanh(affine(w, "c", x, r * a))
    return [u * c_tilde + (1 - u) * a]


def gru_simplified(w, x, state):
    (a,) = state
    u, c_tilde = torch.sigmoid(affine(w, "u", x, a)), torch.tanh(affine(w, "c", x, a))
    return [u * c_tilde + (1 - u) * a]


def min_gru(w, x, state):
    (a,) = state
    u = torch.sigmoid(affine(w, "u", x))
    return [(1 - u) * a + u * affine(w, "c", x)]


def min_lstm(w, x, state):
    (a,) = state
    f, u = torch.sigmoid(affine(w, "f", x)), torch.sigmoid(affine(w, "u", x))
    return [f / (f + u) * a + u / (f + u) * affine(w, "c", x)]


LSTM_STEP = ["c~ = tanh(s_c)", "u = sigmoid(s_u)", "f = sigmoid(s_f)", "o = sigmoid(s_o)", "c<t> = u * c~ + f * c<t-1>", "a<t> = o * tanh(c<t>)"]
RECURRENT = "s_g = g.weight_a a<t-1> + g.weight_x x<t> + g.bias"
FEED = "s_g = g.weight_x x<t> + g.bias"
LSTM_GATES = ["c", "u", "f", "o"]

# name: (step, affines, states, has weight_a, further per-unit vectors by affine, equations)
HAND = {
    "lstm-layer-norm": (
        lambda w, x, s: lstm_of(w, x, s, norm=True), LSTM_GATES, 2, True, {g: ["gain", "shift"] for g in LSTM_GATES},
        ["s_g = g.gain * (p - mean(p)) / sqrt(var(p) + 1e-5) + g.shift, p = g.weight_a a<t-1> + g.weight_x x<t> + g.bias, mean and biased variance over the na units of the one gate g", *LSTM_STEP]),
    "lstm-peephole": (
        lambda w, x, s: lstm_of(w, x, s, peephole=True), LSTM_GATES, 2, True, {g: ["peephole"] for g in ("u", "f", "o")},
        [RECURRENT, "then s_u += u.peephole * c<t-1>, s_f += f.peephole * c<t-1>, s_o += o.peephole * c<t>", *LSTM_STEP]),
    "lstm-coupled": (
        lambda w, x, s: lstm_of(w, x, s, coupled=True), ["c", "u", "o"], 2, True, {},
        [RECURRENT, *(e if not e.startswith("f =") else "f = 1 - u" for e in LSTM_STEP)]),
    "lstm-notes-output": (
        lambda w, x, s: lstm_of(w, x, s, output_tanh=False), LSTM_GATES, 2, True, {},
        [RECURRENT, *LSTM_STEP[:-1], "a<t> = o * c<t>"]),
    "gru-reset-before": (
        gru_reset_before, ["c", "u", "r"], 1, True, {},
        [RECURRENT + " for u and r", "r = sigmoid(s_r)", "u = sigmoid(s_u)", "c~ = tanh(c.weight_a (r * a<t-1>) + c.weight_x x<t> + c.bias)", "a<t> = u * c~ + (1 - u) * a<t-1>"]),
    "gru-simplified": (
        gru_simplified, ["c", "u"], 1, True, {},
        [RECURRENT, "c~ = tanh(s_c)", "u = sigmoid(s_u)", "a<t> = u * c~ + (1 - u) * a<t-1>"]),
    "min-gru": (
        min_gru, ["c", "u"], 1, False, {},
        [FEED, "c~ = s_c", "u = sigmoid(s_u)", "a<t> = (1 - u) * a<t-1> + u * c~"]),
    "min-lstm": (
        min_lstm, ["c", "u", "f"], 1, False, {},
        [FEED, "c~ = s_c", "u = sigmoid(s_u)", "f = sigmoid(s_f)", "a<t> = f / (f + u) * a<t-1> + u / (f + u) * c~"]),
}


def run_hand(step, w, x, states, lengths):
    """Padded steps output 0 and do not move the state."""
    outputs = []
    for t in range(x.shape[1]):
        live = torch.tensor([[t < n] for n in (lengths or [x.shape[1]] * x.shape[0])])
        new = step(w, x[:, t], states)
        states = [torch.where(live, n, s) for n, s in zip(new, states)]
        outputs.append(torch.where(live, new[0], torch.zeros_like(new[0])))
    return torch.stack(outputs, 1), states


def hand_golden(name, seed, cell, Tx=7, B=3, nx=4, na=5, lengths=None):
    step, affines, states, recurrent, vectors, equations = HAND[cell]
    g = torch.Generator().manual_seed(seed)
    bound = 1 / math.sqrt(na)
    weights = {}
    for gate in affines:
        weights[f"{gate}.weight_x"] = uniform(g, bound, na, nx)
        if recurrent:
            weights[f"{gate}.weight_a"] = uniform(g, bound, na, na)
        weights[f"{gate}.bias"] = uniform(g, bound, na)
        for vector in vectors.get(gate, []):
            weights[f"{gate}.{vector}"] = uniform(g, bound, na) + (1 if vector == "gain" else 0)
    inputs = {"x": normal(g, B, Tx, nx)}
    for key in ["h_0", "c_0"][:states]:
        inputs[key] = normal(g, 1, B, na) * 0.5
    inputs = {k: v.double().requires_grad_() for k, v in inputs.items()}
    weights = {k: v.double().requires_grad_() for k, v in weights.items()}

    output, last = run_hand(step, weights, inputs["x"], [inputs[k][0] for k in ["h_0", "c_0"][:states]], lengths)
    outputs = {"output": output}
    outputs.update((k, v.unsqueeze(0)) for k, v in zip(["h_n", "c_n"], last))
    case = {"cell": cell, "Tx": Tx, "B": B, "nx": nx, "na": na, "layers": 1, "bidirectional": False, "projection": None, "lengths": lengths, "equations": equations}
    finish_cell(name, seed, case, g, inputs, weights, outputs)


def check_hand_runner():
    """The hand-written runner, given the plain LSTM's equations, is nn.LSTM to the last few bits, lengths included."""
    g = torch.Generator().manual_seed(1)
    module = cell_module("lstm", 4, 5)
    fill_weights(module, g, "lstm", 5)
    x, h, c = (normal(g, *s).double() for s in [(3, 7, 4), (1, 3, 5), (1, 3, 5)])
    packed, (h_n, c_n) = module(pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False), (h, c))
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=7)
    w = {}
    for k, gate in enumerate(["u", "f", "c", "o"]):  # PyTorch packs i f g o
        rows = slice(5 * k, 5 * k + 5)
        w.update({f"{gate}.weight_x": module.weight_ih_l0[rows], f"{gate}.weight_a": module.weight_hh_l0[rows], f"{gate}.bias": module.bias_ih_l0[rows]})
    mine, last = run_hand(lstm_of, w, x, [h[0], c[0]], LENGTHS)
    worst = max((mine - output).abs().max(), (last[0] - h_n[0]).abs().max(), (last[1] - c_n[0]).abs().max()).item()
    assert worst < 1e-14, worst


# Training runs.

class CharModel(torch.nn.Module):
    """One-hot -> recurrent layer(s) -> dense."""

    def __init__(self, cell, vocabulary, na, layers):
        super().__init__()
        self.vocabulary = vocabulary
        self.rnn = {"rnn-tanh": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell](vocabulary, na, layers, batch_first=True)
        self.dense = torch.nn.Linear(na, vocabulary)

    def forward(self, ids, state):
        output, state = self.rnn(F.one_hot(ids, self.vocabulary).to(self.dense.weight.dtype), state)
        return self.dense(output), state


class Tagger(torch.nn.Module):
    """Embedding -> bidirectional LSTM -> dense."""

    def __init__(self, vocabulary, nx, na, tags):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, nx)
        self.rnn = torch.nn.LSTM(nx, na, batch_first=True, bidirectional=True)
        self.dense = torch.nn.Linear(2 * na, tags)

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        output, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=ids.shape[1])
        return self.dense(output)


def fill_model(model, g, na, gru, scale, dense_scale):
    """Larger than usual weights, so that the norm passes the clip bound in some of the ten steps."""
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key.startswith("embedding"):
                weight.copy_(normal(g, *weight.shape))
            else:
                weight.copy_(uniform(g, (dense_scale if key.startswith("dense") else scale) / math.sqrt(na), *weight.shape))
            if ".bias_hh" in key:
                weight[: 2 * na if gru else None] = 0
                weight.requires_grad_(gru)


def mask_bias_hh(model, na):
    """Of the GRU's bias_hh only the n rows are trained: the others would repeat bias_ih."""
    for key, weight in model.named_parameters():
        if ".bias_hh" in key:
            weight.grad[: 2 * na] = 0


def train(model, batches, loss_of, clip, lr, gru_na=None):
    """Ten steps: forward, backward, clip by global norm, Adam."""
    trained = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.Adam(trained, lr=lr)
    losses, norms, state = [], [], None
    for batch in batches:
        adam.zero_grad()
        loss, state = loss_of(model, batch, state)
        loss.backward()
        if gru_na is not None:
            mask_bias_hh(model, gru_na)
        norms.append(torch.nn.utils.clip_grad_norm_(trained, clip).item())
        adam.step()
        losses.append(loss.item())
    return torch.tensor(losses, dtype=torch.float64), torch.tensor(norms, dtype=torch.float64)


def char_loss(model, batch, state):
    logits, state = model(batch[:, :-1], state)
    state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten()), state


def run_twice(make_model, initial, *args, **options):
    """The float32 run, and the float64 run from the same weights."""
    results = []
    for dtype in (torch.float32, torch.float64):
        model = make_model()
        model.load_state_dict(initial)
        results.append(train(model.to(dtype), *args, **options))
    return results


def training_golden(name, seed, case, g, make_model, na, batches, inputs, loss_of, gru=False):
    model = make_model()
    fill_model(model, g, na, gru, *case["initialScale"])
    initial = {k: v.detach().clone() for k, v in model.state_dict().items()}

    def fresh():
        fresh_model = make_model()
        for key, weight in fresh_model.named_parameters():
            weight.requires_grad_(".bias_hh" not in key or gru)
        return fresh_model

    (losses, norms), (losses64, norms64) = run_twice(fresh, initial, batches, loss_of, clip=case["clipNorm"], lr=case["learningRate"], gru_na=na if gru else None)
    clipped = int((norms > case["clipNorm"]).sum())
    print(f"  {name}: losses {losses[0]:.4f} -> {losses[-1]:.4f}, norms {norms.min():.3f} to {norms.max():.3f}, {clipped} of 10 clipped, float32 against float64 {(losses - losses64).abs().max():.1e}")
    assert losses[-1] < losses[0] and 0 < clipped < 10
    outputs = {"losses": losses, "gradNorms": norms, "lossesFloat64": losses64, "gradNormsFloat64": norms64}
    write_golden(name, seed, case, inputs, initial, outputs, {})


def char_training(name, seed, cell, layers, scale):
    """`scale`: of the initial recurrent and dense weights, in units of 1/√na."""
    V, na, B, T, steps = 11, 16, 4, 8, 10
    g = torch.Generator().manual_seed(seed)
    ids = torch.randint(V, (B, 1), generator=g)
    noise = torch.rand(B, steps * T, generator=g)
    jump = torch.randint(V, (B, steps * T), generator=g)
    for t in range(steps * T):  # mostly the successor 3 id + 1 mod 11, else a random id: something to learn, never all of it
        step = torch.where(noise[:, t] < 0.8, (3 * ids[:, -1] + 1) % V, jump[:, t])
        ids = torch.cat([ids, step[:, None]], 1)
    batches = [ids[:, T * k : T * k + T + 1] for k in range(steps)]
    case = {"task": "language-model", "cell": cell, "layers": layers, "vocabulary": V, "na": na, "B": B, "T": T, "steps": steps, "clipNorm": 1.0, "learningRate": 0.01, "betas": [0.9, 0.999], "epsilon": 1e-8, "initialScale": list(scale),
            "windows": "window k reads ids[:, 8k .. 8k + 7] and predicts ids[:, 8k + 1 .. 8k + 8]; the state is carried, detached, and 0 before window 0",
            "loss": "softmax cross-entropy, mean over the B * T tokens", "frozen": "bias_hh, but for the n rows of the GRU"}
    training_golden(name, seed, case, g, lambda: CharModel(cell, V, na, layers), na, batches, {"ids": ids}, char_loss, gru=cell == "gru")


def tagger_training(name, seed, scale):
    V, nx, na, tags, B, T, steps = 20, 6, 8, 5, 4, 9, 10
    g = torch.Generator().manual_seed(seed)
    lengths = torch.tensor([6, 9, 3, 7])
    ids = torch.randint(V, (B, T), generator=g)
    targets = (ids + torch.roll(ids, -1, 1)) % tags
    real = torch.arange(T)[None, :] < lengths[:, None]
    ids, targets = ids * real, targets * real

    def loss_of(model, _batch, state):
        return F.cross_entropy(model(ids, lengths)[real], targets[real]), state

    case = {"task": "tagger", "cell": "lstm", "layers": 1, "bidirectional": True, "vocabulary": V, "nx": nx, "na": na, "tags": tags, "B": B, "T": T, "lengths": lengths.tolist(), "steps": steps, "clipNorm": 1.0, "learningRate": 0.01, "betas": [0.9, 0.999], "epsilon": 1e-8, "initialScale": list(scale),
            "loss": "softmax cross-entropy, mean over the 25 real tokens; the same batch each step; padded ids and targets are 0 and count for nothing", "frozen": "bias_hh"}
    training_golden(name, seed, case, g, lambda: Tagger(V, nx, na, tags), na, [None] * steps, {"ids": ids, "targets": targets}, loss_of)


# Losses and update rules: files of their own folder, rules/, with plain numbers.

def write_rules(name, seed, case, tensors):
    """`tensors` by name, in float64; inputs are float32 values and take 9 digits, all else 12."""
    lines = []
    for key, value in tensors.items():
        item = tensor_to_json(value, 9 if key.startswith("in.") else 12)
        lines.append(f'    {json.dumps(key)}: {{ "shape": {json.dumps(item["shape"])}, "data": [{", ".join(item["data"])}] }}')
    head = f'{{\n  "torch": {json.dumps(PEER)},\n  "seed": {seed},\n  "case": {json.dumps(case, ensure_ascii=False)},\n'
    text = head + '  "tensors": {\n' + ",\n".join(lines) + "\n  }\n}\n"
    json.loads(text)
    os.makedirs(os.path.join(HERE, "rules"), exist_ok=True)
    with open(os.path.join(HERE, "rules", f"{name}.json"), "w", encoding="utf-8") as file:
        file.write(text)
    print(f"rules/{name}.json  {len(text)} bytes")


def loss_rules(name, seed):
    """Each loss by its reductions, with the gradients of its mean."""
    rows, units = 5, 3
    g = torch.Generator().manual_seed(seed)
    scores = (normal(g, rows, units) * 3).double()
    scores[0, 0], scores[1, 1], scores[2, 2], scores[3, 0] = 200.0, -200.0, 30.0, -30.0
    labels = torch.randint(2, (rows, units), generator=g).double()
    labels[0, 0], labels[1, 1], labels[2, 2], labels[3, 0] = 0.0, 1.0, 1.0, 0.0
    classes = torch.randint(units, (rows,), generator=g)
    y_hat, y = normal(g, rows, units).double(), normal(g, rows, units).double()
    log_variance = normal(g, rows, units).double()
    quantile_hat = normal(g, rows, 2 * units).double()
    quantiles = [0.1, 0.75]

    def pinball(reduction):
        losses = []
        for k, q in enumerate(quantiles):
            d = y - quantile_hat[:, k * units : (k + 1) * units]
            losses.append(torch.maximum(q * d, (q - 1) * d))
        losses = torch.cat(losses, 1)
        return losses.mean() if reduction == "mean" else losses.sum()

    def gaussian(reduction):
        return F.gaussian_nll_loss(y_hat, y, log_variance.exp(), full=True, eps=1e-12, reduction=reduction)

    cases = {
        "binary": ([scores], lambda r: F.binary_cross_entropy_with_logits(scores, labels, reduction=r)),
        "softmax": ([scores], lambda r: F.cross_entropy(scores, classes, reduction=r)),
        "squared": ([y_hat], lambda r: F.mse_loss(y_hat, y, reduction=r)),
        "absolute": ([y_hat], lambda r: F.l1_loss(y_hat, y, reduction=r)),
        "gaussian": ([y_hat, log_variance], gaussian),
        "quantile": ([quantile_hat], pinball),
    }
    tensors = {"in.scores": scores, "in.labels": labels, "in.classes": classes, "in.yHat": y_hat, "in.y": y, "in.logVariance": log_variance, "in.quantileHat": quantile_hat}
    tensors = {key: value.clone() for key, value in tensors.items()}
    for key, (leaves, loss) in cases.items():
        for leaf in leaves:
            leaf.requires_grad_(True)
            leaf.grad = None
        mean = loss("mean")
        mean.backward()
        tensors[f"{key}.mean"], tensors[f"{key}.sum"] = mean, loss("sum")
        for i, leaf in enumerate(leaves):
            tensors[f"{key}.gradient{i}"] = leaf.grad.clone()
    write_rules(name, seed, {"quantiles": quantiles}, tensors)


def optimizer_rules(name, seed):
    """Ten steps of each optimiser from given gradients, some near ε in size, so that ε shows in the parameters."""
    steps, rate = 10, 0.05
    g = torch.Generator().manual_seed(seed)
    weight, bias = normal(g, 4, 3), normal(g, 1, 3)
    sizes = torch.tensor([1.0, 1e-3, 1e-7, 1e-8])[:, None]
    gradients = normal(g, steps, 4, 3) * sizes
    bias_gradients = normal(g, steps, 1, 3) * torch.tensor([1.0, 1e-7, 1e-8])
    makers = {
        "adam": (lambda p: torch.optim.Adam(p, lr=rate), 0.0),
        "adam-epsilon": (lambda p: torch.optim.Adam(p, lr=rate, betas=(0.8, 0.95), eps=1e-3), 0.0),
        "adamw": (lambda p: torch.optim.AdamW(p, lr=rate), 0.1),
        "sgd": (lambda p: torch.optim.SGD(p, lr=rate, momentum=0.9), 0.1),
        "rmsprop": (lambda p: torch.optim.RMSprop(p, lr=rate), 0.1),
    }
    tensors = {"in.weight": weight, "in.bias": bias, "in.weightGradients": gradients, "in.biasGradients": bias_gradients}
    for key, (make, decay) in makers.items():
        w, b = (torch.nn.Parameter(v.clone().double()) for v in (weight, bias))
        optimizer = make([{"params": [w], "weight_decay": decay}, {"params": [b], "weight_decay": 0.0}])
        after = {"weight": [], "bias": []}
        for k in range(steps):
            w.grad, b.grad = gradients[k].double(), bias_gradients[k].double()
            optimizer.step()
            after["weight"].append(w.detach().clone())
            after["bias"].append(b.detach().clone())
        for part, values in after.items():
            tensors[f"{key}.{part}"] = torch.stack(values)
    write_rules(name, seed, {"steps": steps, "learningRate": rate, "weightDecay": 0.1, "epsilonCase": {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}}, tensors)


def layer_norm_rules(name, seed):
    """Layer norm over columns, and a dense layer whose weight is the embedding's."""
    g = torch.Generator().manual_seed(seed)
    rows, columns = 6, 5
    x = (normal(g, rows, columns) * 2 + 1).double().requires_grad_()
    gain, bias = ((normal(g, columns) * 0.5 + shift).double().requires_grad_() for shift in (1, 0))
    factors = normal(g, rows, columns).double()
    y = F.layer_norm(x, (columns,), gain, bias)
    (y * factors).sum().backward()
    tensors = {"in.x": x, "in.gain": gain, "in.bias": bias, "in.factors": factors, "y": y, "dx": x.grad, "dgain": gain.grad, "dbias": bias.grad}
    write_rules(name, seed, {"epsilon": 1e-5}, tensors)


def pooling_rules(name, seed):
    """Sequences of unequal lengths as one row each: the last output, mean, max, and attention by softmax(v tanh(W a + b)); and class weights."""
    g = torch.Generator().manual_seed(seed)
    lengths, steps, columns = [2, 4, 1, 3], 4, 6
    tensors = {
        "in.x": normal(g, len(lengths), steps, columns),
        "in.weight": normal(g, columns, columns),
        "in.bias": normal(g, columns),
        "in.vector": normal(g, columns),
        "in.factors": normal(g, len(lengths), columns),
    }
    weight, bias, vector, factors = (tensors[f"in.{k}"].double() for k in ("weight", "bias", "vector", "factors"))
    leaves = {"weight": weight.requires_grad_(), "bias": bias.requires_grad_(), "vector": vector.requires_grad_()}

    def attend(a):
        return (torch.softmax(torch.tanh(a @ weight + bias) @ vector, 0)[:, None] * a).sum(0)

    half = columns // 2
    kinds = {
        "last": lambda a: a[-1],
        "last-of-both": lambda a: torch.cat([a[-1, :half], a[0, half:]]),
        "mean": lambda a: a.mean(0),
        "max": lambda a: a.max(0).values,
        "attention": attend,
    }
    for kind, pool in kinds.items():
        x = tensors["in.x"].double().requires_grad_()
        y = torch.stack([pool(x[b, :length]) for b, length in enumerate(lengths)])
        (y * factors).sum().backward()
        tensors[f"{kind}.y"], tensors[f"{kind}.dx"] = y, x.grad
    for key, leaf in leaves.items():
        tensors[f"attention.d{key}"] = leaf.grad
    classes, class_weights = torch.tensor([0, 2, 2, 1, 5, 2]), torch.tensor([0.5, 3.0, 1.0, 1.0, 1.0, 0.25])
    scores = normal(g, 6, columns)
    tensors["in.scores"], tensors["in.classes"], tensors["in.classWeights"] = scores, classes, class_weights
    for reduction in ("mean", "sum"):
        leaf = scores.double().requires_grad_()
        loss = F.cross_entropy(leaf, classes, weight=class_weights.double(), reduction=reduction)
        loss.backward()
        tensors[f"weighted.{reduction}"], tensors[f"weighted.{reduction}Gradient"] = loss, leaf.grad
    write_rules(name, seed, {"lengths": lengths}, tensors)


def ctc_rules(name, seed):
    """The CTC loss of each sequence of a padded batch and the gradient of the weighted sum; blank 0."""
    T, B, classes = 12, 5, 6
    g = torch.Generator().manual_seed(seed)
    lengths, labels = [12, 7, 4, 9, 3], [[1, 2, 3, 2, 5], [4, 4, 4], [], [5, 1, 1, 2], [2, 2]]
    x = (normal(g, B, T, classes) * 2).double()
    factors = normal(g, B).double()
    x.requires_grad_(True)
    targets = torch.tensor([k for row in labels for k in row])
    losses = F.ctc_loss(F.log_softmax(x, 2).transpose(0, 1), targets, torch.tensor(lengths), torch.tensor([len(row) for row in labels]), reduction="none")
    (losses * factors).sum().backward()
    case = {"T": T, "B": B, "classes": classes, "lengths": lengths, "labels": labels, "blank": 0}
    write_rules(name, seed, case, {"in.x": x, "in.factors": factors, "losses": losses, "dx": x.grad})


def write_rule_hashes():
    folder = os.path.join(HERE, "rules")
    names = sorted(n for n in os.listdir(folder) if n.endswith(".json") and n != "sha256.json")
    hashes = {n: hashlib.sha256(open(os.path.join(folder, n), "rb").read()).hexdigest() for n in names}
    with open(os.path.join(folder, "sha256.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(hashes, indent=2) + "\n")


# The list of goldens.

def attention_rules(name, seed, na=4, nm=6, A=5, tx=(3, 1, 5), ty=(2, 4, 1)):
    """Additive and multiplicative attention over a padded batch with a mask of -inf, and every gradient of sum(context * factors).

    Rows stand sequence after sequence: states [sum ty, na], memory [sum tx, nm].
    """
    g = torch.Generator().manual_seed(seed)
    states, memory = normal(g, sum(ty), na), normal(g, sum(tx), nm)
    factors = normal(g, sum(ty), nm)
    w, b, u, v = normal(g, na, A), normal(g, 1, A), normal(g, nm, A), normal(g, A, 1)
    w_general = normal(g, nm, na)
    pad = lambda rows, lengths: torch.nn.utils.rnn.pad_sequence(list(torch.split(rows, lengths)), batch_first=True)
    mask = pad(torch.ones(sum(tx)), tx) == 0  # [B, Tx]
    tensors = {"in.states": states, "in.memory": memory, "in.factors": factors, "in.w": w, "in.b": b, "in.u": u, "in.v": v, "in.general": w_general}
    for score, parameters in {"additive": {"w": w, "b": b, "u": u, "v": v}, "multiplicative": {"general": w_general}}.items():
        leaves = {"states": states, "memory": memory, **parameters}
        p = {key: value.double().requires_grad_() for key, value in leaves.items()}
        s, a = pad(p["states"], ty), pad(p["memory"], tx)  # [B, Ty, na], [B, Tx, nm]
        if score == "additive":
            e = torch.tanh((s @ p["w"] + p["b"])[:, :, None] + (a @ p["u"])[:, None]) @ p["v"]  # [B, Ty, Tx, 1]
            e = e[..., 0]
        else:
            e = s @ (a @ p["general"]).transpose(1, 2)
        alpha = torch.softmax(e.masked_fill(mask[:, None], -math.inf), -1)
        context = torch.cat([c[:n] for c, n in zip(alpha @ a, ty)])
        (context * factors.double()).sum().backward()
        tensors[f"{score}.context"] = context
        tensors[f"{score}.weights"] = torch.cat([m[:n, :k].flatten() for m, n, k in zip(alpha, ty, tx)])
        for key, leaf in p.items():
            tensors[f"{score}.d.{key}"] = leaf.grad
    write_rules(name, seed, {"keyLengths": list(tx), "queryLengths": list(ty)}, tensors)


GOLDENS = {
    "rnn-tanh": lambda n: cell_golden(n, 101, "rnn-tanh"),
    "rnn-relu": lambda n: cell_golden(n, 102, "rnn-relu"),
    "gru": lambda n: cell_golden(n, 103, "gru"),
    "lstm": lambda n: cell_golden(n, 104, "lstm"),
    "lstm-projection": lambda n: cell_golden(n, 105, "lstm", proj=3),
    "rnn-tanh-lengths": lambda n: cell_golden(n, 111, "rnn-tanh", nx=5, lengths=LENGTHS),
    "rnn-relu-lengths": lambda n: cell_golden(n, 112, "rnn-relu", nx=5, lengths=LENGTHS),
    "gru-lengths": lambda n: cell_golden(n, 113, "gru", nx=5, lengths=LENGTHS),
    "lstm-lengths": lambda n: cell_golden(n, 114, "lstm", nx=5, lengths=LENGTHS),
    "lstm-projection-lengths": lambda n: cell_golden(n, 115, "lstm", nx=5, proj=3, lengths=LENGTHS),
    "rnn-tanh-na17": lambda n: cell_golden(n, 121, "rnn-tanh", nx=3, na=17, lengths=LENGTHS),
    "gru-na17": lambda n: cell_golden(n, 122, "gru", nx=3, na=17, lengths=LENGTHS),
    "lstm-na17": lambda n: cell_golden(n, 123, "lstm", nx=3, na=17, lengths=LENGTHS),
    "lstm-projection-na17": lambda n: cell_golden(n, 124, "lstm", nx=3, na=17, proj=6, lengths=LENGTHS),
    "gru-bidirectional": lambda n: cell_golden(n, 131, "gru", bidirectional=True, lengths=LENGTHS),
    "lstm-bidirectional": lambda n: cell_golden(n, 132, "lstm", bidirectional=True, lengths=LENGTHS),
    "lstm-2-layers": lambda n: cell_golden(n, 141, "lstm", layers=2),
    "gru-3-layers": lambda n: cell_golden(n, 142, "gru", layers=3, lengths=LENGTHS),
    **{cell: (lambda n, s=s: hand_golden(n, 200 + s, n)) for s, cell in enumerate(HAND)},
    **{f"{cell}-lengths": (lambda n, c=cell, s=s: hand_golden(n, 220 + s, c, nx=5, lengths=LENGTHS)) for s, cell in enumerate(HAND)},
    "training-rnn": lambda n: char_training(n, 301, "rnn-tanh", 1, (1.5, 3.5)),
    "training-gru": lambda n: char_training(n, 302, "gru", 1, (2, 5)),
    "training-lstm": lambda n: char_training(n, 303, "lstm", 1, (2, 10)),
    "training-lstm-2-layers": lambda n: char_training(n, 304, "lstm", 2, (3, 10)),
    "training-tagger": lambda n: tagger_training(n, 305, (3, 8)),
    "losses": lambda n: loss_rules(n, 401),
    "optimizers": lambda n: optimizer_rules(n, 402),
    "layer-norm": lambda n: layer_norm_rules(n, 403),
    "pooling": lambda n: pooling_rules(n, 405),
    "attention": lambda n: attention_rules(n, 404),
    "ctc": lambda n: ctc_rules(n, 404),
}

if __name__ == "__main__":
    check_hand_runner()
    for golden in sys.argv[1:] or GOLDENS:
        if golden not in GOLDENS:
            sys.exit(f"make.py: expected one of {', '.join(GOLDENS)}, got {golden}.")
        GOLDENS[golden](golden)
    write_hashes()
    write_rule_hashes()
