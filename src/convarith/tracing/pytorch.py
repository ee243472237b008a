"""How a module of PyTorch is joined, as `torch.export` says.

Nothing here imports torch: a module that is handed over brings it along. An exported program is turned into
lists, numbers and words first, which can be stored and read without torch.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

from convarith.tracing.effects import Effect
from convarith.tracing.graph import Graph, Input, Step, Weight
from convarith.tracing.pytorch_call import Call, Plain, Tensor, operation_of, references_of
from convarith.tracing.pytorch_operations import OPERATIONS
from convarith.tracing.sight import Shape

# --- asking torch ------------------------------------------------------------------------------------------


def is_module(model: object) -> bool:
    """Whether this is a module of PyTorch."""
    torch: Any = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def is_exported(model: object) -> bool:
    """Whether this is what `torch.export` returns."""
    return any(kind.__name__ == "ExportedProgram" for kind in type(model).__mro__)


def exported(module: Any, shapes: Sequence[Shape]) -> Any:
    """The program of a module for one input of these shapes: torch only follows shapes through it."""
    torch: Any = sys.modules["torch"]
    modes = [(part, part.training) for part in module.modules()]
    first = next(module.parameters(), torch.zeros(()))
    given = tuple(torch.empty(1, *shape, dtype=first.dtype, device=first.device) for shape in shapes)
    try:
        module.eval()
        return torch.export.export(module, given)
    except Exception as error:  # whatever a stranger's module raises
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise ValueError(f"torch.export cannot read {type(module).__name__}: {said[0]}") from error
    finally:
        for part, training in modes:
            part.training = training


def plain_export(program: Any) -> dict[str, Any]:
    """A `torch.export.ExportedProgram` in lists, numbers and words: its graph, without the weights."""
    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    inputs: list[Plain] = []
    weights: list[Plain] = []
    places: dict[Any, str] = {}
    for spec in program.graph_signature.input_specs:
        name, path, kind = spec.arg.name, spec.target, spec.kind.name
        size = _size(placeholders[name].meta.get("val")) if name in placeholders else None
        if kind == "USER_INPUT":
            inputs.append({"name": name, "shape": size})
        if kind not in ("PARAMETER", "BUFFER", "CONSTANT_TENSOR"):
            continue
        trainable = kind == "PARAMETER" and bool(program.state_dict[path].requires_grad)
        weight = {"name": name, "path": path, "shape": size}
        weight |= {"trainable": trainable, "buffer": kind != "PARAMETER"}
        first = places.setdefault((_place(program, path), tuple(size or ())), name)
        weights.append(weight | ({} if first == name else {"same_as": first}))
    nodes: list[Plain] = []
    title = ""
    for node in program.graph.nodes:
        if node.op in ("placeholder", "output"):
            continue
        # The modules that the node stands in, from the outermost: path and class.
        (_, outermost), *_ = stack = [*(node.meta.get("nn_module_stack") or {}).values()] or [("", "")]
        owner, kind = stack[-1]
        title = title or _word(outermost)
        operation = _word(node.target) if "built-in" in str(node.target) else str(node.target)
        made = {"name": node.name, "op": operation if node.op == "call_function" else node.op}
        made |= {"args": _plain(node.args), "kwargs": _plain(node.kwargs)}
        made |= {"shapes": _sizes(node.meta.get("val")), "owner": owner, "kind": _word(kind)}
        nodes.append(made)
    return {
        "format": 1,
        "framework": f"torch {sys.modules['torch'].__version__.partition('+')[0]}",
        "name": title,
        "inputs": inputs,
        "weights": weights,
        "nodes": nodes,
        "outputs": [_plain(one) for one in program.graph_signature.user_outputs],
    }


def _plain(value: Any) -> Any:
    """An argument: a node by its name, a number, a word; what JSON has no word for (a dtype) as text."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"node": value.name} if hasattr(value, "all_input_nodes") else str(value)


def _size(value: Any) -> list[Any] | None:
    """The shape of a tensor, None of what is none. A size that is open is text, such as "s0"."""
    return [_plain(size) for size in value.shape] if hasattr(value, "shape") else None


def _sizes(value: Any) -> list[list[Any] | None]:
    if isinstance(value, list | tuple):
        return [_size(one) for one in value]
    return [_size(value)] if hasattr(value, "shape") else []


def _word(value: Any) -> str:
    """The last part of a name: of a class, given as a type or as its full name."""
    return str(value if isinstance(value, str) else value.__name__).rpartition(".")[2]


def _place(program: Any, path: str) -> Any:
    """Where in memory a weight lies: two of one place are one."""
    tensor = program.state_dict.get(path, program.constants.get(path))
    return (tensor.untyped_storage().data_ptr(), tensor.storage_offset()) if tensor.numel() else path


# --- the graph ---------------------------------------------------------------------------------------------


def graph_of_export(plain: Plain) -> Graph:
    """The graph that an exported program describes."""
    tensors = {one["name"]: Tensor(_closed(one["shape"]), True, (one["name"],)) for one in plain["weights"]}
    weights = {one["name"]: one for one in plain["weights"]}
    given = [one for one in plain["inputs"] if one["shape"] is not None]
    inputs = [_input(one, plain["nodes"]) for one in given]
    tensors |= {one["name"]: Tensor(_closed(one["shape"])) for one in given}
    keys: dict[str, str] = {}  # what a number of several outputs is called where it was made
    steps = []
    names = _names(plain)
    used: set[str] = set()
    for node in plain["nodes"]:
        name = node["name"]
        if node["op"] == "getitem":
            source, number = node["args"][0]["node"], node["args"][1]
            made = tensors.get(f"{source}.{number}")
            if made:
                tensors[name] = made
                keys[name] = f"{source}.{number}"
            continue
        call = Call(node, tensors)
        shapes = [_closed(shape) for shape in node["shapes"] if shape is not None]
        if not shapes:
            continue  # a number, or a check
        several = len(node["shapes"]) > 1 or call.name in ("chunk", "split", "split_with_sizes", "unbind")
        made_of = tuple(dict.fromkeys(key for one in call.tensors for key in one.weights))
        constant = all(one.constant for one in call.tensors) or call.makes_constant
        makes = [f"{name}.{number}" for number in range(len(shapes))] if several else [name]
        for key, shape in zip(makes, shapes, strict=False):
            tensors[key] = Tensor(shape, constant, made_of if constant else ())
        if constant:
            continue
        used |= set(made_of)
        counted = [weights[key] for key in made_of if key in weights and not weights[key]["buffer"]]
        shown, kind = names[name]
        steps.append(
            Step(
                shown,
                kind,
                [keys.get(key, key) for key in call.reads],
                makes,
                partial(_read, call),
                partial(_said, shapes),
                [_weight(one) for one in counted],
            )
        )
    steps += _uncalled(weights, used)
    outputs = [one["node"] if isinstance(one, Mapping) else one for one in plain["outputs"]]
    return Graph(
        plain["name"],
        inputs,
        steps,
        [keys.get(str(key), str(key)) for key in outputs],
        batched=True,
        fixed=True,
    )


def _input(one: Plain, nodes: Sequence[Plain]) -> Input:
    """An input of the program, for a batch of one; where its numbers are looked up, it has places alone."""
    name, shape = one["name"], _closed(one["shape"])
    if shape and shape[0] != 1:
        raise ValueError(f"the program was exported for a batch of {shape[0]}: export it with a batch of 1")
    words = any(operation_of(node) == "embedding" and {"node": name} in node["args"] for node in nodes)
    return Input(name, name, shape, channels_first=True, all_places=words)


def _uncalled(weights: Mapping[str, Plain], used: set[str]) -> list[Step]:
    """Parameters that no operation reads, by the module they are of: they count, and do nothing."""
    owners: dict[str, list[Weight]] = {}
    for name, one in weights.items():
        if name not in used and not one["buffer"] and "same_as" not in one:
            owners.setdefault(one["path"].rpartition(".")[0], []).append(_weight(one))
    return [
        Step(owner, "not called", [], [f"{owner} is not called"], _nothing, _said_nothing, own)
        for owner, own in owners.items()
    ]


def _nothing(_: Sequence[Shape]) -> Effect:
    return Effect(((0,),), allocates=False)


def _said_nothing(_: Sequence[Shape]) -> None:
    return None


def _weight(one: Plain) -> Weight:
    return Weight(one.get("same_as", one["name"]), prod(_closed(one["shape"])), bool(one["trainable"]))


def _names(plain: Plain) -> dict[str, tuple[str, str]]:
    """What each node is called, and its kind: as its module, where it is what this module does."""
    owners = {node["owner"] for node in plain["nodes"]}
    parents = {owner[:at] for owner in owners for at, letter in enumerate(owner) if letter == "."}
    weights = {one["name"] for one in plain["weights"]}
    alone: dict[str, dict[str, set[str]]] = {}
    for node in plain["nodes"]:
        weighted = "weighted" if weights & set(references_of(node)) else "plain"
        alone.setdefault(node["owner"], {}).setdefault(weighted, set()).add(operation_of(node))
    found = {}
    for node in plain["nodes"]:
        owner, kinds = node["owner"], alone[node["owner"]]
        chosen = kinds.get("weighted") or kinds["plain"]
        stands = owner and owner not in parents and len(chosen) == 1 and operation_of(node) in chosen
        if stands and node["kind"] != "MultiheadAttention":
            found[node["name"]] = owner, node["kind"]
        else:
            found[node["name"]] = f"{owner}.{node['name']}" if owner else node["name"], operation_of(node)
    return found


def _closed(shape: Sequence[Any]) -> Shape:
    """A shape whose open batch is one input."""
    sizes = [1 if isinstance(size, str) and not number else size for number, size in enumerate(shape)]
    if any(isinstance(size, str) for size in sizes):
        raise ValueError(f"the program was exported with open sizes, {shape}: export it with sizes")
    return tuple(sizes)


def _read(call: Call, _: Sequence[Shape]) -> Effect | None:
    reader = OPERATIONS.get(call.name)
    return reader(call) if reader else None


def _said(shapes: Sequence[Shape], _: Sequence[Shape]) -> Sequence[Shape]:
    return shapes
