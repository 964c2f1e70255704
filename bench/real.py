"""Programs from Debian packages that nobody wrote for this: trained on one input, measured on another."""
import gzip
import importlib.util
import os
import sysconfig

DOC = "/usr/share/doc/python3-docutils"
STDLIB = sysconfig.get_path("stdlib")

LOAD_YAML = """\
import sys, yaml
with open(sys.argv[1]) as file:
    data = yaml.load(file, yaml.SafeLoader)
print(len(data), sum(len(str(entry)) for entry in data))
"""

RENDER_JINJA2 = """\
import sys, jinja2
page = jinja2.Template('''{% for row in rows %}<tr class="{{ loop.cycle('a', 'b') }}">
{%- for cell in row %}<td>{{ cell|e }}</td>{% endfor %}</tr>
{% if loop.index % 10 == 0 %}<!-- {{ loop.index }} of {{ rows|length }} -->{% endif %}{% endfor %}''')
n = int(sys.argv[1])
print(page.render(rows=[[i, i * i, "<%d>" % i, i / 3] for i in range(n)]))
"""


class Real:
    """A program by name, with the arguments of the training run and those of the measured run."""

    def __init__(self, name, package, program, train, measured):
        self.name = name
        self.package = package
        self.program = program
        self.train = train
        self.measured = measured


def sample_rst(path, sections):
    """A reStructuredText document, for machines without Debian's documentation files."""
    with open(path, "w") as out:
        for n in range(sections):
            title = f"Section {n} of *{sections}*"
            out.write(f"{title}\n{'=' * len(title)}\n\nSome ``code {n}`` and **strong** words with a `link {n}`_.\n\n")
            for k in range(n % 7):
                out.write(f"- item {k} of section {n}, which goes on\n  on a second line\n")
            out.write(f"\n.. note:: number {n}\n\n::\n\n    literal {n}\n    block\n\n")
            out.write(f"===== =====\nleft  right\n===== =====\n{n:5} {n * n % 99999:5}\n===== =====\n\n")
            out.write(f".. _link {n}: http://example.org/{n}\n\n")


def document(scratch, name, sections):
    path = os.path.join(scratch, name.replace(".gz", ""))
    source = os.path.join(DOC, name)
    if os.path.exists(source):
        with gzip.open(source) as file, open(path, "wb") as out:
            out.write(file.read())
    else:
        sample_rst(path, sections)
    return path


def sample_yaml(scratch, entries):
    path = os.path.join(scratch, f"{entries}.yaml")
    with open(path, "w") as out:
        for n in range(entries):
            out.write(f"- name: entry {n}\n  id: {n * 7919}\n  ratio: {n / 8}\n  tags: [a{n % 5}, 'b {n % 3}', \"c\\t{n}\"]\n")
            out.write(f"  nested:\n    on: {'yes' if n % 2 else 'no'}\n    text: >\n      folded {n}\n      lines\n    none: ~\n")
    return path


def programs(scratch):
    """What is installed here, as a list of Real, and the names of what is not."""
    small_text = document(scratch, "FAQ.txt.gz", 40)
    large_text = document(scratch, "README.txt.gz", 60)
    one, other = os.path.join(STDLIB, "argparse.py"), os.path.join(STDLIB, "tarfile.py")
    wanted = [
        Real("pygmentize", "pygments", ["/usr/bin/pygmentize"], ["-f", "html", one], ["-f", "html", other]),
        Real("rst2html", "docutils", ["/usr/bin/rst2html"], [small_text], [large_text]),
        Real("pycodestyle", "pycodestyle", ["/usr/bin/pycodestyle"], [one], [other]),
        Real("markdown", "markdown", ["-m", "markdown"], [small_text], [large_text]),
        Real("yaml", "yaml", ["-c", LOAD_YAML], [sample_yaml(scratch, 60)], [sample_yaml(scratch, 170)]),
        Real("jinja2", "jinja2", ["-c", RENDER_JINJA2], ["300"], ["4000"]),
    ]
    present, absent = [], []
    for real in wanted:
        found = importlib.util.find_spec(real.package) is not None
        if found and real.program[0].startswith("/"):
            found = os.path.exists(real.program[0])
        (present if found else absent).append(real)
    return present, [real.name for real in absent]
