"""Commands whose start and end are measured: the shortest programs, and real ones from Debian packages."""
import os
import subprocess
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
STDLIB = sysconfig.get_path("stdlib")


class Use:
    """One way to call a command: what is measured, and what it was trained on."""

    def __init__(self, name, measured, train=None):
        self.name = name
        self.measured = measured
        self.train = train or measured


class Command:
    """A program and its uses; they share one cache, into which each is recorded once."""

    def __init__(self, name, program, uses):
        self.name = name
        self.program = program
        self.uses = uses


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def inputs(scratch, which):
    """Small files for one small job each: `which` is 1 for training, 2 for measuring."""
    folder = os.path.join(scratch, f"inputs{which}")
    os.makedirs(folder)
    with open(os.path.join(STDLIB, ("bisect.py", "colorsys.py")[which - 1]), encoding="utf-8") as file:
        code = file.read()
    text = "".join(f"Title {k}\n=======\n\nSome *words* and a `link {k}`_.\n\n- one\n- two\n\n.. _link {k}: http://example.org/\n\n"
                   for k in range(4 * which))
    tree = os.path.join(folder, "tree")
    os.makedirs(tree)
    return {
        "py": write(os.path.join(folder, "small.py"), code),
        "rst": write(os.path.join(folder, "small.rst"), text),
        "yaml": write(os.path.join(folder, "small.yaml"), "---\n" + "".join(f"key{k}:\n  - {k}\n  - text {k}\n" for k in range(9 * which))),
        "meson": write(os.path.join(tree, "meson.build"), f"project('small{which}', version: '{which}')\noption = 'x'\n"),
        "hg": os.path.join(folder, "repository"),
    }


def job(small, wanted):
    """The arguments of a job, with the names of input files filled in."""
    return [small.get(word[1:], word) if word.startswith("@") else word for word in wanted]


JOBS = {
    "pygmentize": ["-f", "html", "@py"],
    "rst2html": ["@rst"],
    "pycodestyle": ["@py"],
    "markdown_py": ["@rst"],
    "meson": ["introspect", "--buildoptions", "@meson"],
    "hg": ["-R", "@hg", "log"],
    "black": ["-q", "--check", "@py"],
    "pylint": ["--disable=all", "--enable=undefined-variable", "--score=n", "@py"],
    "flake8": ["-j1", "@py"],
    "isort": ["--stdout", "@py"],
    "yamllint": ["@yaml"],
    "http": ["--offline", "example.org", "a=1"],
}


def commands(scratch, python):
    """What is installed here, as a list of Command, and the names of what is not."""
    train, measure = inputs(scratch, 1), inputs(scratch, 2)
    found = [Command("pass", ["-c", "pass"], [Use("-c pass", [])]),
             Command("imports", [os.path.join(HERE, "starts", "imports.py")], [Use("imports", [], ["--count", "2"])])]
    absent = []
    for name, words in JOBS.items():
        path = "/usr/bin/" + name
        if not os.path.exists(path):
            absent.append(name)
            continue
        if name == "hg":
            for small in train, measure:
                subprocess.run([python, path, "init", small["hg"]], check=True)
        found.append(Command(name, [path], [Use("--version", ["--version"]), Use("--help", ["--help"]),
                                            Use("job", job(measure, words), job(train, words))]))
    return found, absent
