"""One set as the bench hands it to the other detectors, and what they are found to be worth on it.

Standard input: {"source": folder, "trainOn": folder or null, "labels": file, "shape": [channels, height, width]}.
Standard output: {name: {auroc, averagePrecision, seconds}}.
"""

import contextlib
import json
import os
import pathlib
import sys
import time
from types import SimpleNamespace

from sklearn.metrics import average_precision_score, roc_auc_score


class JudgedSet:
    """files: the labelled images; training_files: those to learn from, None where these are the same."""

    @classmethod
    def asked(cls):
        return cls(json.load(sys.stdin))

    def __init__(self, request):
        self.shape = request["shape"]
        labels = {}
        for line in pathlib.Path(request["labels"]).read_text().splitlines():
            name, label = line.rsplit(maxsplit=1)
            labels[pathlib.PurePosixPath(name).name] = int(label)
        self.files = [file for file in pictures(request["source"]) if file.name in labels]
        self.training_files = pictures(request["trainOn"]) if request.get("trainOn") else None
        self.truth = [labels[file.name] for file in self.files]
        self.found = {}
        # What native code prints meanwhile goes to standard error: the answer is on standard output.
        self.output = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    @contextlib.contextmanager
    def measured(self, name):
        """Its `scores`, higher for odder, are set inside; the time inside is what they took."""
        measured = SimpleNamespace(scores=None)
        started = time.perf_counter()
        yield measured
        self.found[name] = {
            "auroc": float(roc_auc_score(self.truth, measured.scores)),
            "averagePrecision": float(average_precision_score(self.truth, measured.scores)),
            "seconds": time.perf_counter() - started,
        }

    def answer(self):
        json.dump(self.found, self.output)
        self.output.close()


def pictures(folder):
    return sorted(file for file in pathlib.Path(folder).iterdir() if file.suffix.lower() in {".png", ".jpg", ".jpeg"})
