"""Keras and TensorFlow, where they are installed: `make test-library` does without."""

from importlib import import_module
from importlib.util import find_spec

import pytest

keras, tf = (import_module(name) if find_spec(name) else None for name in ("keras", "tensorflow"))
asks_keras = pytest.mark.skipif(not (keras and tf), reason="Keras and TensorFlow are not installed")
