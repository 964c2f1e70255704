"""A template engine: parse a page with loops, conditions and filters, then render it for many records."""
import sys

PAGE = """<h1>{{ title | upper }}</h1>
{% for item in items %}<li class="{% if item.hot %}hot{% else %}plain{% end %}">{{ item.name | escape }}: {{ item.price | money }}</li>
{% end %}{% if note %}<p>{{ note }}</p>{% end %}
"""

FILTERS = {
    "upper": lambda value: str(value).upper(),
    "escape": lambda value: str(value).replace("&", "&amp;").replace("<", "&lt;"),
    "money": lambda value: "%d.%02d" % divmod(value, 100),
}


class Text:
    def __init__(self, text):
        self.text = text

    def render(self, context, out):
        out.append(self.text)


class Value:
    def __init__(self, expression):
        path, *filters = [part.strip() for part in expression.split("|")]
        self.path = path.split(".")
        self.filters = [FILTERS[name] for name in filters]

    def get(self, context):
        value = context
        for name in self.path:
            value = value.get(name, "") if isinstance(value, dict) else getattr(value, name)
        return value

    def render(self, context, out):
        value = self.get(context)
        for function in self.filters:
            value = function(value)
        out.append(value if type(value) is str else str(value))


class Loop:
    def __init__(self, name, source, body):
        self.name = name
        self.source = Value(source)
        self.body = body

    def render(self, context, out):
        inner = dict(context)
        for item in self.source.get(context):
            inner[self.name] = item
            for node in self.body:
                node.render(inner, out)


class Condition:
    def __init__(self, test, yes, no):
        self.test = Value(test)
        self.yes = yes
        self.no = no

    def render(self, context, out):
        for node in self.yes if self.test.get(context) else self.no:
            node.render(context, out)


def pieces(source):
    while source:
        start = source.find("{")
        if start < 0 or source[start + 1:start + 2] not in ("{", "%"):
            yield "text", source
            return
        if start:
            yield "text", source[:start]
        close = "}}" if source[start + 1] == "{" else "%}"
        end = source.index(close, start)
        yield ("value" if close == "}}" else "tag"), source[start + 2:end].strip()
        source = source[end + 2:]


def parse(stream, stop=()):
    nodes = []
    for kind, text in stream:
        if kind == "text":
            nodes.append(Text(text))
        elif kind == "value":
            nodes.append(Value(text))
        elif text in stop:
            return nodes, text
        elif text.startswith("for "):
            _, name, _, source = text.split()
            body, _ = parse(stream, ("end",))
            nodes.append(Loop(name, source, body))
        elif text.startswith("if "):
            no = []
            yes, found = parse(stream, ("else", "end"))
            if found == "else":
                no, _ = parse(stream, ("end",))
            nodes.append(Condition(text[3:], yes, no))
        else:
            raise ValueError(text)
    return nodes, None


class Item:
    def __init__(self, n):
        self.name = f"item <{n}> & more"
        self.price = n * 37 % 9999
        self.hot = n % 3 == 0


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "20000"
    n = 30 if arg == "--small" else int(arg)
    checksum = 0
    size = 0
    for i in range(n):
        template, _ = parse(pieces(PAGE)) if i % 10 == 0 else (template, None)
        context = {"title": f"page {i}", "items": [Item(i + k) for k in range(15)], "note": "last" if i % 2 else ""}
        out = []
        for node in template:
            node.render(context, out)
        page = "".join(out)
        size += len(page)
        for char in page[-60::3]:
            checksum = (checksum * 31 + ord(char)) % 1000003
    print(size, checksum)
    print(page[:150])


if __name__ == "__main__":
    main()
