"""Detectors of PyOD, and the mean image, on the pixels of one set."""

import numpy as np
from judged_set import JudgedSet
from PIL import Image
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF

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


def main():
    judged = JudgedSet.asked()
    values = read(judged.files, judged.shape)
    training = values if judged.training_files is None else read(judged.training_files, judged.shape)
    if len(training) > LARGEST_SAMPLE:
        training = training[np.linspace(0, len(training) - 1, LARGEST_SAMPLE).round().astype(int)]
    for name, detector in detectors(0).items():
        with judged.measured(name) as measured:
            detector.fit(training)
            measured.scores = detector.decision_function(values)
    judged.answer()


if __name__ == "__main__":
    main()
