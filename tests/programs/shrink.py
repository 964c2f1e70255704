"""Make a failing program small: leave out statements as long as it still fails."""
import ast
import time


def bodies(tree):
    """Every list of statements in a tree, outermost first."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody", "handlers"):
            items = getattr(node, name, None)
            if isinstance(items, list) and items:
                yield node, name


def text_of(tree):
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def without(source, index, start, count):
    """The program without `count` statements of its index-th list; None where that is no program."""
    tree = ast.parse(source)
    lists = list(bodies(tree))
    if index >= len(lists):
        return None
    node, name = lists[index]
    items = getattr(node, name)
    if start >= len(items):
        return None
    rest = items[:start] + items[start + count:]
    if not rest and name == "body":
        if all(isinstance(item, ast.Pass) for item in items):
            return None
        rest = [ast.Pass()]
    setattr(node, name, rest)
    if isinstance(node, ast.Try) and not node.handlers and not node.finalbody:
        return None
    try:
        text = text_of(tree)
        compile(text, "shrunk", "exec")
    except (SyntaxError, ValueError):
        return None
    return text


def unwrapped(source, index, position):
    """The program with a compound statement replaced by its body."""
    tree = ast.parse(source)
    lists = list(bodies(tree))
    if index >= len(lists):
        return None
    node, name = lists[index]
    items = getattr(node, name)
    if position >= len(items) or not isinstance(items[position], (ast.If, ast.Try, ast.With, ast.For, ast.While)):
        return None
    items[position:position + 1] = items[position].body
    try:
        text = text_of(tree)
        compile(text, "shrunk", "exec")
    except (SyntaxError, ValueError):
        return None
    return text


def sizes(source):
    return [len(getattr(node, name)) for node, name in bodies(ast.parse(source))]


def candidates(source):
    """Smaller programs, the much smaller ones first."""
    lengths = sizes(source)
    for index, length in enumerate(lengths):
        count = length
        while count >= 1:
            for start in range(0, length, count):
                yield without, (index, start, count)
            count //= 2
    for index, length in enumerate(lengths):
        for position in range(length):
            yield unwrapped, (index, position)


def shrink(source, fails, seconds=120.0):
    """The smallest program found for which fails(text) holds, within a time limit."""
    end = time.monotonic() + seconds
    try:
        plain = text_of(ast.parse(source))
    except (SyntaxError, ValueError):
        return source
    if not fails(plain):
        return source
    source = plain
    progress = True
    while progress and time.monotonic() < end:
        progress = False
        tried = set()
        for change, where in list(candidates(source)):
            if time.monotonic() > end:
                break
            smaller = change(source, *where)
            if smaller is None or smaller in tried or len(smaller) >= len(source):
                continue
            tried.add(smaller)
            if fails(smaller):
                source = smaller
                progress = True
    return source
