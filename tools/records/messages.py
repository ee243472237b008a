"""Asks PyTorch, Keras, TensorFlow, ONNX Runtime, JAX and NumPy what they say when shapes do not match.

The page "My shapes do not match" shows the sentences, and what PyTorch makes of the remedies. Only Keras,
TensorFlow and NumPy are in the set-up, so all are stored. `python tools/records/messages.py` asks what is
installed and keeps the rest: run it in the set-up, and where torch, onnx, onnxruntime and jax are.
"""

import contextlib
import io
import json
import os
import re
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

RECORD = Path(__file__).parents[2] / "src" / "convarith" / "data" / "messages.json"
NEEDS = {
    "PyTorch": ("torch",),
    "Keras": ("keras",),
    "TensorFlow": ("tensorflow",),
    "ONNX Runtime": ("onnx", "onnxruntime"),
    "JAX": ("jax",),
    "NumPy": ("numpy",),
    "Keras, in predict": ("keras",),
    "Keras, oneDNN on": ("keras",),
}
# What goes wrong, and code of each framework that brings it about.
REFUSED = {
    "a dense layer": {
        "PyTorch": "nn.Sequential(nn.Flatten(), nn.Linear(4096, 128))(torch.zeros(32, 256, 6, 6))",
        "Keras": 'Sequential([Input((4096,)), layers.Dense(128, name="dense")])(np.zeros((32, 9216)))',
        "TensorFlow": "tf.zeros((32, 9216)) @ tf.zeros((4096, 128))",
        "ONNX Runtime": 'run(make_node("Gemm", ["x", "w"], ["y"]), x=(32, 9216), w=(4096, 128))',
        "JAX": "jnp.zeros((32, 9216)) @ jnp.zeros((4096, 128))",
        "NumPy": "np.zeros((32, 9216)) @ np.zeros((4096, 128))",
    },
    "nothing flattened": {
        "PyTorch": "nn.Linear(9216, 128)(torch.zeros(32, 256, 6, 6))",
    },
    "reshaped": {
        "PyTorch": "torch.zeros(32, 256, 6, 6).view(-1, 5000)",
        "TensorFlow": "tf.reshape(tf.zeros((32, 6, 6, 256)), (-1, 5000))",
        "NumPy": "np.zeros((32, 6, 6, 256)).reshape(-1, 5000)",
    },
    "channels": {
        "PyTorch": "nn.Conv2d(3, 64, 7)(torch.zeros(1, 224, 224, 3))",
        "Keras": "Sequential([Input((224, 224, 3)), layers.Conv2D(64, 7, name='conv')])"
        "(np.zeros((1, 3, 224, 224)))",
        "ONNX Runtime": 'run(make_node("Conv", ["x", "w"], ["y"]), x=(1, 224, 224, 3), w=(64, 3, 7, 7))',
        "JAX": 'lax.conv(jnp.zeros((1, 224, 224, 3)), jnp.zeros((64, 3, 7, 7)), (1, 1), "VALID")',
    },
    "channels of a file": {
        "ONNX Runtime": 'run(make_node("Relu", ["input"], ["y"]), said=(1, 3, 224, 224), '
        "input=(1, 224, 224, 3))",
    },
    "joined": {
        "PyTorch": "torch.cat([torch.zeros(1, 8, 29, 29), torch.zeros(1, 3, 28, 28)], dim=1)",
        "Keras": "layers.Concatenate()([Input((29, 29, 8)), Input((28, 28, 3))])",
        "TensorFlow": "tf.concat([tf.zeros((1, 29, 29, 8)), tf.zeros((1, 28, 28, 3))], axis=-1)",
        "ONNX Runtime": 'run(make_node("Concat", ["x", "z"], ["y"], axis=1), '
        "x=(1, 8, 29, 29), z=(1, 3, 28, 28))",
        "JAX": "jnp.concatenate([jnp.zeros((1, 29, 29, 8)), jnp.zeros((1, 28, 28, 3))], axis=-1)",
    },
    "added": {
        "PyTorch": "torch.zeros(1, 8, 29, 29) + torch.zeros(1, 8, 28, 28)",
        "Keras": "layers.Add()([Input((29, 29, 8)), Input((28, 28, 8))])",
        "TensorFlow": "tf.zeros((1, 29, 29, 8)) + tf.zeros((1, 28, 28, 8))",
        "ONNX Runtime": 'run(make_node("Add", ["x", "z"], ["y"]), x=(1, 8, 29, 29), z=(1, 8, 28, 28))',
        "JAX": "jnp.zeros((1, 29, 29, 8)) + jnp.zeros((1, 28, 28, 8))",
        "NumPy": "np.zeros((29, 29, 8)) + np.zeros((28, 28, 8))",
    },
    "compared": {
        "NumPy": "np.broadcast(np.zeros((29, 29)), np.zeros((28, 28)))",
    },
    "a large kernel": {
        "PyTorch": "nn.Conv2d(3, 8, 3)(torch.zeros(1, 3, 2, 2))",
        "Keras": "layers.Conv2D(8, 3)(Input((1, 1, 3)))",
        "TensorFlow": "tf.function(lambda x: tf.nn.conv2d(x, tf.zeros((3, 3, 3, 8)), 1, 'VALID'), "
        "autograph=False).get_concrete_function(tf.TensorSpec((1, 2, 2, 3)))",
        "ONNX Runtime": 'run(make_node("Conv", ["x", "w"], ["y"]), x=(1, 3, 2, 2), w=(8, 3, 3, 3))',
        "JAX": 'lax.conv(jnp.zeros((1, 3, 2, 2)), jnp.zeros((8, 3, 3, 3)), (1, 1), "VALID")',
    },
    "run out": {
        "Keras": 'Sequential([Input((2, 2, 3)), layers.Conv2D(8, 3, name="conv")])(np.zeros((1, 2, 2, 3)))',
        "Keras, in predict": "Sequential([Input((2, 2, 3)), layers.Conv2D(8, 3, name='conv')], name='net')"
        ".predict(np.zeros((1, 2, 2, 3)), verbose=0)",
        "Keras, oneDNN on": "Sequential([Input((2, 2, 3)), layers.Conv2D(8, 3)])(np.zeros((1, 2, 2, 3)))",
    },
    "a pool too many": {
        "PyTorch": "nn.MaxPool2d(2)(torch.zeros(1, 3, 1, 1))",
        "Keras": "layers.MaxPooling2D(2)(Input((1, 1, 3)))",
    },
    "a missing axis": {
        "PyTorch": "nn.Conv2d(1, 8, 3)(torch.zeros(28, 28))",
        "Keras": 'layers.Conv2D(8, 3, name="conv")(np.zeros((28, 28)))',
        "ONNX Runtime": 'run(make_node("Relu", ["input"], ["y"]), said=(1, 3, 224, 224), '
        "input=(3, 224, 224))",
        "JAX": 'lax.conv(jnp.zeros((28, 28)), jnp.zeros((8, 1, 3, 3)), (1, 1), "VALID")',
    },
    "a normalisation": {
        "PyTorch": "nn.BatchNorm2d(8)(torch.zeros(32, 8))",
    },
    "a loss": {
        "PyTorch": "nn.CrossEntropyLoss()(torch.zeros(72, 10), torch.zeros(32, dtype=torch.long))",
        "Keras": "losses.CategoricalCrossentropy()(np.zeros(32), np.zeros((32, 10)))",
        "TensorFlow": "tf.nn.softmax_cross_entropy_with_logits(tf.zeros((32, 1)), tf.zeros((72, 10)))",
    },
    "stored weights": {
        "PyTorch": "nn.Linear(4096, 128).load_state_dict(nn.Linear(9216, 128).state_dict())",
        "Keras": "Sequential([Input((4096,)), layers.Dense(128)], name='net')"
        ".set_weights([np.zeros((9216, 128)), np.zeros(128)])",
    },
}
# Each is an expression of PyTorch whose value has a shape.
REMEDIES = {
    "LazyLinear": "nn.Sequential(nn.Flatten(), nn.LazyLinear(128))(torch.zeros(32, 256, 6, 6))",
    "an adaptive pool": "nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(4096, 128))"
    "(torch.zeros(32, 256, 6, 6))",
    "view": "torch.zeros(32, 256, 6, 6).view(-1, 4096)",
    "flatten": "torch.zeros(32, 256, 6, 6).flatten(1)",
    "axes in order": "nn.Conv2d(3, 64, 7)(torch.zeros(1, 224, 224, 3).permute(0, 3, 1, 2))",
    "ceil_mode": "nn.MaxPool2d(2, ceil_mode=True)(torch.zeros(1, 3, 57, 57))",
    "a padded pool": "nn.MaxPool2d(3, 2, padding=1)(torch.zeros(1, 3, 57, 57))",
    "padding": "nn.Conv2d(3, 8, 3, padding=1)(torch.zeros(1, 3, 2, 2))",
    "an axis of one channel": "nn.Conv2d(1, 8, 3)(torch.zeros(28, 28)[None, None])",
}
# Prints the shape after each layer of a module, up to the one that does not fit.
SHAPES = """def show(name):
    return lambda layer, given, made: print(name, tuple(made.shape))


for name, layer in model.named_modules():
    layer.register_forward_hook(show(name))
model(x)"""
MODEL = """model = nn.Sequential(
    nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 16 * 16, 10)
)
x = torch.zeros(1, 3, 32, 32)"""


def installed():
    """The frameworks that can be asked here."""
    fast = (
        os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") == "1"
    )  # then Keras says other things: only one is asked
    found = [name for name, needs in NEEDS.items() if all(map(find_spec, needs))]
    return [
        name for name in found if not re.match("Keras|Tensor", name) or fast == name.endswith("oneDNN on")
    ]


def names_of(framework):
    """What the code of a framework uses."""
    if framework == "ONNX Runtime":
        return {"make_node": import_module("onnx.helper").make_node, "run": run_node}
    modules = {
        "PyTorch": {"torch": "torch", "nn": "torch.nn"},
        "Keras": {"keras": "keras", "layers": "keras.layers", "losses": "keras.losses", "np": "numpy"},
        "TensorFlow": {"tf": "tensorflow"},
        "JAX": {"jnp": "jax.numpy", "lax": "jax.lax"},
        "NumPy": {"np": "numpy"},
    }[framework.partition(",")[0]]
    names = {name: import_module(module) for name, module in modules.items()}
    if framework.startswith("Keras"):
        names |= {"Sequential": names["keras"].Sequential, "Input": names["keras"].Input}
    return names


def run_node(node, said=None, **shapes):
    """Runs one node of ONNX on zeros; `said` is the shape that the file states of its input."""
    import numpy as np  # noqa: PLC0415
    import onnxruntime  # noqa: PLC0415
    from onnx import TensorProto, helper  # noqa: PLC0415

    onnxruntime.set_default_logger_severity(4)  # what it refuses it also logs
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, said or [None] * len(shape))
        for name, shape in shapes.items()
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "graph", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {name: np.zeros(shape, "float32") for name, shape in shapes.items()}
    return session.run(None, given)[0]


def cleaned(said):
    """A message without the colours and the frame that Keras, TensorFlow and ONNX Runtime put round it."""
    said = said.partition("\x1b[1m")[2].partition("\x1b[0m")[0] or said
    said = re.sub(r"^\{\{function_node .*?\}\} ", "", said)
    said = re.sub(r" name: \w*$", "", said)
    said = re.sub(r"/onnxruntime_src/\S*/", "", said)  # where the source lay that it was made of
    return " ".join(said.split())


def asked(frameworks):
    """What the frameworks answer to each of the refused: a sentence, or the shape where they take it."""
    found = {}
    for name, codes in REFUSED.items():
        for framework in frameworks:
            if framework not in codes:
                continue
            try:
                made = eval(codes[framework], names_of(framework))
                answer = f"gives the shape {tuple(made.shape)}"
            except Exception as refusal:
                answer = cleaned(str(refusal))
            found.setdefault(name, {})[framework] = {"code": codes[framework], "answer": answer}
    return found


def remedied():
    """Of each remedy the shape that PyTorch makes."""
    names = names_of("PyTorch")
    return {name: {"code": code, "shape": list(eval(code, names).shape)} for name, code in REMEDIES.items()}


def printed():
    """What the hooks print before the layer that does not fit."""
    names, out = names_of("PyTorch"), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(RuntimeError):
        exec(f"{MODEL}\n{SHAPES}", names)
    return {"model": MODEL, "code": SHAPES, "printed": out.getvalue()}


def _version(module):
    return import_module(module).__version__.partition("+")[0]


if __name__ == "__main__":
    here, stored = installed(), json.loads(RECORD.read_text(encoding="utf-8"))
    answers, kept = asked(here), stored["refused"]
    stored["refused"] = {
        name: {
            framework: answers.get(name, {}).get(framework) or kept.get(name, {}).get(framework)
            for framework in codes
        }
        for name, codes in REFUSED.items()
    }
    versions = {part: _version(part) for name in here for part in NEEDS[name]}
    order = [part for needs in NEEDS.values() for part in needs]
    versions = stored.get("versions", {}) | versions
    stored["versions"] = {part: versions[part] for part in order if part in versions}
    if "PyTorch" in here:
        stored |= {"remedies": remedied(), "shapes": printed()}
    stored["date"] = date.today().isoformat()
    RECORD.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
