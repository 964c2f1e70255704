"""A virtual machine written in Python: an assembler, a loop over instructions, a stack and a memory."""
import sys

SOURCE = """
        push 0
        store total
        push LIMIT
        store n
outer:  load n
        jz done
        load n
        store x
inner:  load x
        push 1
        sub
        jz next
        load x
        push 2
        mod
        jz even
        load x
        push 3
        mul
        push 1
        add
        store x
        jump count
even:   load x
        push 2
        div
        store x
count:  load total
        push 1
        add
        store total
        jump inner
next:   load n
        push 1
        sub
        store n
        jump outer
done:   load total
        print
        halt
"""


class Machine:
    def __init__(self, program):
        self.program = program
        self.stack = []
        self.memory = {}
        self.pc = 0
        self.output = []
        self.executed = 0
        self.handlers = {
            "add": self.add, "sub": self.sub, "mul": self.mul, "div": self.div, "mod": self.mod, "print": self.print,
        }

    def add(self):
        b, a = self.stack.pop(), self.stack.pop()
        self.stack.append(a + b)

    def sub(self):
        b, a = self.stack.pop(), self.stack.pop()
        self.stack.append(a - b)

    def mul(self):
        b, a = self.stack.pop(), self.stack.pop()
        self.stack.append(a * b)

    def div(self):
        b, a = self.stack.pop(), self.stack.pop()
        self.stack.append(a // b)

    def mod(self):
        b, a = self.stack.pop(), self.stack.pop()
        self.stack.append(a % b)

    def print(self):
        self.output.append(self.stack.pop())

    def run(self):
        while True:
            name, operand = self.program[self.pc]
            self.pc += 1
            self.executed += 1
            if name == "push":
                self.stack.append(operand)
            elif name == "load":
                self.stack.append(self.memory[operand])
            elif name == "store":
                self.memory[operand] = self.stack.pop()
            elif name == "jump":
                self.pc = operand
            elif name == "jz":
                if self.stack.pop() == 0:
                    self.pc = operand
            elif name == "halt":
                return self.output
            else:
                self.handlers[name]()


def assemble(source, limit):
    labels = {}
    lines = []
    for line in source.strip().splitlines():
        if ":" in line:
            label, line = line.split(":")
            labels[label.strip()] = len(lines)
        lines.append(line.split())
    program = []
    for name, *operand in lines:
        value = operand[0] if operand else None
        if value == "LIMIT":
            value = limit
        elif value in labels:
            value = labels[value]
        elif value is not None and value.isdigit():
            value = int(value)
        program.append((name, value))
    return program


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "4000"
    limit = 20 if arg == "--small" else int(arg)
    machine = Machine(assemble(SOURCE, limit))
    print(machine.run(), machine.executed)


if __name__ == "__main__":
    main()
