"""fastdup, which brings features of a pretrained network: how unlike an image is to those most like it."""

import os
import pathlib
import tempfile

# It reports crashes and times to its makers unless it is told not to.
os.environ["SENTRY_OPT_OUT"] = "1"

import fastdup
import numpy as np
from judged_set import JudgedSet

# As many neighbours as fastdup itself looks at.
NEIGHBOURS = 2


def features(files):
    """[images, features], each of length 1, in the order of the files; zeros for what it cannot read."""
    with tempfile.TemporaryDirectory() as work:
        project = fastdup.create(work_dir=work, input_dir=[str(file) for file in files])
        project.run(overwrite=True, print_summary=False)
        read, values = fastdup.load_binary_feature(os.path.join(work, "atrain_features.dat"))
    rows = {pathlib.Path(file).name: row for file, row in zip(read, values)}
    nothing = np.zeros(values.shape[1], np.float32)
    found = np.array([rows.get(file.name, nothing) for file in files])
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)


def main():
    judged = JudgedSet.asked()
    with judged.measured("fastdup") as measured:
        images = features(judged.files)
        if judged.training_files is None:
            likeness = images @ images.T
            np.fill_diagonal(likeness, -1)
        else:
            likeness = images @ features(judged.training_files).T
        measured.scores = 1 - np.partition(likeness, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:].mean(1)
    judged.answer()


if __name__ == "__main__":
    main()
