"""How a network is loaded from a file: without what it was trained with, and running no code unasked.

The framework of the file is imported when a file of its is to be read.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

KERAS = (".keras", ".h5", ".hdf5", ".json")


def load(path: str, *, custom: str | None = None, runs_code: bool = False) -> Any:
    """What `trace` reads, from a file of Keras, of `torch.export`, or of ONNX.

    Arguments:
        path: its ending says whose file it is.
        custom: a Python file with the layers of the model's own.
        runs_code: whether Keras may run code that is stored in the file.

    Raises FileNotFoundError, ValueError for a file that cannot be read, OSError without its framework.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {path}")
    ending = os.path.splitext(path)[1].lower()
    if ending not in _LOADERS:
        raise ValueError(f"explain reads {', '.join(_LOADERS)}, but the file is {path}")
    return _LOADERS[ending](path, custom, runs_code)


def _load_keras(path: str, custom: str | None, runs_code: bool) -> Any:
    """A model of Keras: without what it was trained with, and without running code of its own."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow has much to say
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same answers on every processor
    keras = _needed("keras", "Keras")
    if custom:
        own = custom_objects(custom)
        keras.saving.get_custom_objects().update(own)
    try:
        if path.lower().endswith(".json"):
            with open(path, encoding="utf-8") as file:
                stored = json.load(file)
            stored.pop("compile_config", None)
            return keras.models.model_from_json(json.dumps(stored))
        return keras.models.load_model(path, compile=False, safe_mode=not runs_code)
    except Exception as error:  # whatever Keras raises for a file that it cannot read
        said = " ".join(str(error).split())
        if "safe_mode" in said or "arbitrary code" in said:
            said = "it contains code of its own (a Lambda layer); --unsafe-run-code-in-the-file runs it"
        elif unknown := re.search(r"locate (?:class|function) '([^']+)'|Unknown layer: '?(\w+)", said):
            name = unknown[1] or unknown[2]
            said = f"it uses {name}, which Keras does not know; --custom MODULE.PY says where that is"
        raise ValueError(f"Keras cannot load {path}: {said[:300]}") from error


def custom_objects(path: str) -> dict[str, Any]:
    """The classes and functions of a Python file, by the names under which Keras stores them."""
    spec = spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    if not os.path.exists(path) or spec is None or spec.loader is None:
        raise FileNotFoundError(f"there is no Python file {path}")
    module = module_from_spec(spec)
    sys.modules.setdefault(module.__name__, module)
    spec.loader.exec_module(module)
    return {
        name: value for name, value in vars(module).items() if callable(value) and not name.startswith("_")
    }


def _load_export(path: str, *_: object) -> Any:
    """A program that `torch.export.save` has stored."""
    torch = _needed("torch", "PyTorch")
    try:
        return torch.export.load(path)
    except Exception as error:  # whatever torch raises for a file that it cannot read
        raise ValueError(f"PyTorch cannot load {path}: {' '.join(str(error).split())[:300]}") from error


def _load_onnx(path: str, *_: object) -> Any:
    """A model of ONNX; its weights may lie elsewhere, and are not needed."""
    onnx = _needed("onnx", "onnx")
    try:
        return onnx.load(path, load_external_data=False)
    except Exception as error:  # whatever onnx raises for a file that it cannot read
        raise ValueError(f"onnx cannot load {path}: {' '.join(str(error).split())[:300]}") from error


def _needed(module: str, name: str) -> Any:
    """A framework, which only this command needs."""
    try:
        return import_module(module)
    except ImportError as error:
        raise OSError(f"explain needs {name}, which is not installed") from error


_LOADERS: dict[str, Callable[[str, str | None, bool], Any]] = {
    **dict.fromkeys(KERAS, _load_keras),
    ".pt2": _load_export,
    ".onnx": _load_onnx,
}
