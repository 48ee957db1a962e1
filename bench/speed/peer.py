"""The peer: the same networks in PyTorch, driven line by line by run.ts.

The first JSON line is {"networks", "threads"}, the specifications as the product's own data, so that both sides compute
the same; each other one {"network", "mode": "train"|"score", "layout": "contiguous"|"channels_last", "batch", "keep",
"seconds", "clock": "wall"|"processor"} is answered by {"imagesPerSecond"} or {"error"}.
"""

import json
import sys
import time
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "fixtures" / "pytorch"))
from network import Network  # noqa: E402

BEFORE_IN_PLACE = (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.GroupNorm)


def change_in_place(network):
    """Activations overwrite what nobody else reads, as networks that are written by hand do."""
    for sequence in network.modules():
        if isinstance(sequence, nn.Sequential):
            for before, module in zip(sequence, sequence[1:]):
                if isinstance(before, BEFORE_IN_PLACE) and hasattr(module, "inplace"):
                    module.inplace = True


class Peer:
    def __init__(self, spec, layout, batch):
        format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        network = Network(spec)
        change_in_place(network)
        self.network = network.to(memory_format=format)
        size = spec["input"]
        images = torch.rand(batch, size["channels"], size["height"], size["width"])
        self.images = images.contiguous(memory_format=format)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=2e-3, weight_decay=1e-4, fused=True)

    def train(self, keep):
        self.network.train()
        output, _ = self.network(self.images)
        target = self.network.signed_if_wanted(self.images)
        losses = (output - target).square().flatten(1).mean(1) + self.network.divergence() / self.network.values
        self.optimizer.zero_grad(set_to_none=True)
        losses.topk(keep, largest=False).values.mean().backward()
        self.optimizer.step()

    def score(self, _keep):
        self.network.eval()
        with torch.inference_mode():
            self.network.reconstruct(self.images)


def median_time(run, seconds, now):
    run()
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        before = now()
        run()
        times.append(now() - before)
    times.sort()
    return times[len(times) // 2]


def answer(request, networks, peers):
    key = (request["network"], request["layout"], request["batch"])
    if key not in peers:
        peers.clear()
        peers[key] = Peer(networks[key[0]], *key[1:])
    run = getattr(peers[key], request["mode"])
    now = time.process_time if request["clock"] == "processor" else time.perf_counter
    return {"imagesPerSecond": key[2] / median_time(lambda: run(request["keep"]), request["seconds"], now)}


def main():
    first = json.loads(sys.stdin.readline())
    torch.set_num_threads(first["threads"])
    print(json.dumps({"torch": torch.__version__}), flush=True)
    peers = {}
    for line in sys.stdin:
        try:
            result = answer(json.loads(line), first["networks"], peers)
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)


main()
