"""Asks PyTorch for what it says when shapes do not match, and for what it makes of the remedies.

Chapter 11 shows the sentences. PyTorch is not in the set-up, so they are stored. To make the record again, in
an environment with torch: `python tools/records/messages.py`.
"""

import json
from datetime import date
from pathlib import Path

RECORD = Path(__file__).parents[2] / "src" / "convarith" / "data" / "messages.json"
REFUSED = {
    "a dense layer": "nn.Sequential(nn.Flatten(), nn.Linear(4096, 128))(torch.zeros(32, 256, 6, 6))",
    "nothing flattened": "nn.Linear(9216, 128)(torch.zeros(32, 256, 6, 6))",
    "channels last": "nn.Conv2d(3, 64, 7)(torch.zeros(1, 224, 224, 3))",
    "joined": "torch.cat([torch.zeros(1, 8, 29, 29), torch.zeros(1, 3, 28, 28)], dim=1)",
    "added": "torch.zeros(1, 8, 29, 29) + torch.zeros(1, 8, 28, 28)",
    "a large kernel": "nn.Conv2d(3, 8, 3)(torch.zeros(1, 3, 2, 2))",
    "a pool too many": "nn.MaxPool2d(2)(torch.zeros(1, 3, 1, 1))",
    "a missing axis": "nn.Conv2d(1, 8, 3)(torch.zeros(28, 28))",
}
# Each is an expression whose value has a shape.
REMEDIES = {
    "LazyLinear": "nn.Sequential(nn.Flatten(), nn.LazyLinear(128))(torch.zeros(32, 256, 6, 6))",
    "an adaptive pool": "nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(4096, 128))"
    "(torch.zeros(32, 256, 6, 6))",
    "axes in order": "nn.Conv2d(3, 64, 7)(torch.zeros(1, 224, 224, 3).permute(0, 3, 1, 2))",
    "ceil_mode": "nn.MaxPool2d(2, ceil_mode=True)(torch.zeros(1, 3, 57, 57))",
    "a padded pool": "nn.MaxPool2d(3, 2, padding=1)(torch.zeros(1, 3, 57, 57))",
    "padding": "nn.Conv2d(3, 8, 3, padding=1)(torch.zeros(1, 3, 2, 2))",
    "an axis of one channel": "nn.Conv2d(1, 8, 3)(torch.zeros(28, 28)[None, None])",
}


def asked():
    """What PyTorch answers: to each of the refused the sentence, to each of the remedies a shape."""
    import torch  # noqa: PLC0415

    names = {"nn": torch.nn, "torch": torch}
    refused, remedies = {}, {}
    for name, code in REFUSED.items():
        try:
            eval(code, names)
        except RuntimeError as refusal:
            refused[name] = {"code": code, "answer": str(refusal)}
    for name, code in REMEDIES.items():
        remedies[name] = {"code": code, "shape": list(eval(code, names).shape)}
    return {"refused": refused, "remedies": remedies}


if __name__ == "__main__":
    from importlib.metadata import version

    made = {"torch": version("torch").partition("+")[0], "date": date.today().isoformat()}
    RECORD.write_text(json.dumps(made | asked(), indent=1) + "\n", encoding="utf-8")
