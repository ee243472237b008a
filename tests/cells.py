"""What the cells of a notebook define and need."""

import ast
import builtins

from nbformat import NotebookNode


def names(sources: list[str]) -> tuple[set[str], set[str]]:
    """The names that some cells bind, and those that they use."""
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {(a.asname or a.name).split(".")[0] for n in nodes if hasattr(n, "names") for a in as_aliases(n)}
    bound |= {
        node.name for node in nodes if isinstance(node, ast.ExceptHandler | ast.FunctionDef) and node.name
    }
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return bound, used - set(dir(builtins))


def as_aliases(node: ast.AST) -> list[ast.alias]:
    return [alias for alias in node.names if isinstance(alias, ast.alias)]


def missing_names(notebook: NotebookNode) -> set[str]:
    """What a cell needs and no cell before it defines."""
    known, missing = set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            bound, used = names([cell.source])
            missing |= used - known - bound
            known |= bound
    return missing


def needs(source: str) -> set[str]:
    """The names that a cell uses before it binds them."""
    needed, known = set(), set()
    for statement in ast.parse(source).body:
        bound, used = names([ast.unparse(statement)])
        own = set() if isinstance(statement, ast.Assign | ast.AugAssign | ast.If) else bound
        own |= {
            name.id
            for node in ast.walk(statement)
            if isinstance(node, ast.comprehension)
            for name in ast.walk(node.target)
            if isinstance(name, ast.Name)
        }
        needed |= used - known - own
        known |= bound
    return needed


def with_what_it_needs(sources: list[str], number: int) -> list[str]:
    """A cell, and before it those that define what it uses, and what they use."""
    wanted, chosen = needs(sources[number]), [sources[number]]
    for source in reversed(sources[:number]):
        bound, _ = names([source])
        filled = {  # names[key] = value
            node.value.id
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
        }
        if (bound | filled) & wanted:
            chosen.insert(0, source)
            wanted = wanted - bound | needs(source)
    return chosen
