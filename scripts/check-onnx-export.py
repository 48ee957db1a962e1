"""Runs exported models with Python's onnxruntime and compares with the product's own values: see check-onnx-export.mjs."""

import json
import pathlib
import sys

try:
    import numpy as np
    import onnxruntime as ort
except ImportError as error:
    sys.exit(f"{sys.executable} lacks a package ({error}). Name a Python with onnxruntime and numpy: PYTHON -m pip install onnxruntime numpy")

TOLERANCE = 5e-5


def read(path, shape):
    return np.fromfile(path, np.float32).reshape(shape)


def largest_difference(a, b):
    return float(np.abs(a - b).max() / max(1, np.abs(b).max()))


def check(folder, model):
    name = str(folder / str(model["number"]))
    images = read(name + ".images", model["input"])
    expected = {
        "reconstruction": read(name + ".reconstruction", model["input"]),
        "latent": read(name + ".latent", [len(images), model["latent"]]),
    }
    expected["reconstruction_error"] = ((expected["reconstruction"] - images) ** 2).mean((1, 2, 3))
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = ort.InferenceSession(name + ".onnx", options, providers=["CPUExecutionProvider"])
    worst = 0
    for part in (images, images[:1]):  # any number of images
        outputs = session.run(list(expected), {"image": part})
        pairs = zip(outputs, expected.values())
        worst = max(worst, *(largest_difference(output, value[: len(part)]) for output, value in pairs))
    return worst


def main():
    folder = pathlib.Path(sys.argv[1])
    models = json.loads((folder / "index.json").read_text())
    differences = {model["name"]: check(folder, model) for model in models}
    for name, difference in differences.items():
        print(f"{difference:8.1e}  {'differs' if difference > TOLERANCE else 'same'}  {name}")
    wrong = sum(difference > TOLERANCE for difference in differences.values())
    print(f"onnxruntime {ort.__version__}: {len(models) - wrong} of {len(models)} models give the same scores.")
    sys.exit(1 if wrong else 0)


main()
