"""The peer: the same networks in PyTorch, driven line by line by run.ts.

Reads one JSON request a line from stdin, answers with one JSON line: {"network", "mode": "train"|"score", "layout":
"contiguous"|"channels_last", "seconds"} → {"imagesPerSecond"}. The specification comes in `networks` of the first
line, as the product's own data, so that both sides compute the same.
"""

import json
import sys
import time

import torch
from torch import nn

BATCH = 64


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


def build(layers, shape):
    """@returns modules and the output's shape; vectors are [n]."""
    modules = []
    for layer in layers:
        kind = layer["type"]
        if kind == "conv":
            k, s, p = layer["kernel"], layer["stride"], layer["padding"]
            modules.append(nn.Conv2d(shape[0], layer["out"], k, s, p, bias=layer["bias"]))
            shape = [layer["out"], *((n + 2 * p - k) // s + 1 for n in shape[1:])]
        elif kind == "linear":
            modules.append(nn.Linear(shape[0], layer["out"]))
            shape = [layer["out"]]
        elif kind == "batchNorm":
            modules.append((nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0]))
        elif kind == "resize":
            modules.append(nn.Upsample(size=(layer["height"], layer["width"]), mode="nearest"))
            shape = [shape[0], layer["height"], layer["width"]]
        elif kind == "flatten":
            modules.append(nn.Flatten())
            shape = [shape[0] * shape[1] * shape[2]]
        elif kind == "reshape":
            shape = [layer["channels"], layer["height"], layer["width"]]
            modules.append(Reshape(*shape))
        elif kind == "leakyRelu":
            modules.append(nn.LeakyReLU(layer["slope"], inplace=True))
        elif kind in ("relu", "sigmoid"):
            modules.append(nn.ReLU(inplace=True) if kind == "relu" else nn.Sigmoid())
        else:
            raise ValueError(kind)
    return modules, shape


class Peer:
    def __init__(self, spec, layout):
        size = spec["input"]
        shape = [size["channels"], size["height"], size["width"]]
        encoder, latent = build(spec["encoder"], shape)
        decoder, _ = build(spec["decoder"], latent)
        format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.network = nn.Sequential(*encoder, *decoder).to(memory_format=format)
        self.images = torch.rand(BATCH, *shape).contiguous(memory_format=format)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=2e-3, weight_decay=1e-4, fused=True)

    def train(self):
        self.network.train()
        losses = (self.network(self.images) - self.images).square().flatten(1).mean(1)
        self.optimizer.zero_grad(set_to_none=True)
        losses.topk(61, largest=False).values.mean().backward()
        self.optimizer.step()

    def score(self):
        self.network.eval()
        with torch.inference_mode():
            self.network(self.images)


def main():
    networks, peers = {}, {}
    for line in sys.stdin:
        request = json.loads(line)
        if "networks" in request:
            networks = request["networks"]
            torch.set_num_threads(request["threads"])
            answer = {"torch": torch.__version__, "threads": torch.get_num_threads()}
        else:
            key = (request["network"], request["layout"])
            if key not in peers:
                peers[key] = Peer(networks[key[0]], key[1])
            run = getattr(peers[key], request["mode"])
            run()
            times = []
            start = time.perf_counter()
            while time.perf_counter() - start < request["seconds"] or len(times) < 3:
                before = time.perf_counter()
                run()
                times.append(time.perf_counter() - before)
            times.sort()
            answer = {"imagesPerSecond": BATCH / times[len(times) // 2]}
        print(json.dumps(answer), flush=True)


main()
