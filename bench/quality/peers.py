"""Detectors of PyOD, and the mean image, on the pixels of one set: prints {name: {auroc, averagePrecision, seconds}}.

Standard input: {"source": folder, "trainOn": folder or null, "labels": file, "shape": [channels, height, width]}.
"""

import json
import pathlib
import sys
import time

import numpy as np
from PIL import Image
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.metrics import average_precision_score, roc_auc_score

# Distances between all pairs and trees over all pixels: more images would take minutes and change little.
LARGEST_SAMPLE = 4096


class MeanImage:
    """Squared difference from the mean image, each value divided by its variance."""

    def fit(self, values):
        self.mean = values.mean(0)
        self.variance = values.var(0) + 1e-4

    def decision_function(self, values):
        return ((values - self.mean) ** 2 / self.variance).mean(1)


def detectors(seed):
    return {
        "mean image": MeanImage(),
        "PyOD IForest": IForest(random_state=seed),
        "PyOD LOF": LOF(),
        "PyOD KNN": KNN(),
        "PyOD ECOD": ECOD(),
    }


def read(files, shape):
    channels, height, width = shape
    images = np.empty((len(files), channels * height * width), np.float32)
    for row, file in enumerate(files):
        with Image.open(file) as image:
            image = image.convert("L" if channels == 1 else "RGB")
            if image.size != (width, height):
                image = image.resize((width, height), Image.Resampling.LANCZOS)
            images[row] = np.asarray(image, np.float32).ravel() / 255
    return images


def pictures(folder):
    return sorted(file for file in pathlib.Path(folder).iterdir() if file.suffix.lower() in {".png", ".jpg", ".jpeg"})


def main():
    request = json.load(sys.stdin)
    labels = {}
    for line in pathlib.Path(request["labels"]).read_text().splitlines():
        name, label = line.rsplit(maxsplit=1)
        labels[pathlib.PurePosixPath(name).name] = int(label)
    files = [file for file in pictures(request["source"]) if file.name in labels]
    truth = np.array([labels[file.name] for file in files])
    values = read(files, request["shape"])
    training = read(pictures(request["trainOn"]), request["shape"]) if request.get("trainOn") else values
    if len(training) > LARGEST_SAMPLE:
        training = training[np.linspace(0, len(training) - 1, LARGEST_SAMPLE).round().astype(int)]
    found = {}
    for name, detector in detectors(0).items():
        started = time.perf_counter()
        detector.fit(training)
        scores = detector.decision_function(values)
        found[name] = {
            "auroc": float(roc_auc_score(truth, scores)),
            "averagePrecision": float(average_precision_score(truth, scores)),
            "seconds": time.perf_counter() - started,
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
