"""A small operating system: tasks of several kinds pass messages, wait, wake and share a device."""
import sys

READY, WAITING, FINISHED = "ready", "waiting", "finished"


class Message:
    def __init__(self, sender, value):
        self.sender = sender
        self.value = value


class Task:
    def __init__(self, system, name, priority):
        self.system = system
        self.name = name
        self.priority = priority
        self.state = READY
        self.inbox = []
        self.turns = 0

    def run(self):
        self.turns += 1
        self.step()

    def step(self):
        raise NotImplementedError

    def receive(self):
        if self.inbox:
            return self.inbox.pop(0)
        self.state = WAITING
        return None

    def finish(self):
        self.state = FINISHED


class Producer(Task):
    def __init__(self, system, name, priority, target, amount):
        super().__init__(system, name, priority)
        self.target = target
        self.left = amount
        self.value = priority * 17

    def step(self):
        if self.left == 0:
            self.finish()
            return
        self.left -= 1
        self.value = (self.value * 1309 + 13849) & 0xFFFF
        self.system.send(self, self.target, self.value)


class Filter(Task):
    def __init__(self, system, name, priority, odd, even):
        super().__init__(system, name, priority)
        self.odd = odd
        self.even = even
        self.passed = 0

    def step(self):
        message = self.receive()
        if message is None:
            return
        self.passed += 1
        target = self.odd if message.value % 2 else self.even
        self.system.send(self, target, message.value >> 1)


class Sink(Task):
    def __init__(self, system, name, priority):
        super().__init__(system, name, priority)
        self.sum = 0
        self.seen = {}

    def step(self):
        message = self.receive()
        if message is not None:
            self.sum = (self.sum * 3 + message.value) % 1000003
            name = message.sender.name
            self.seen[name] = self.seen.get(name, 0) + 1


class System:
    def __init__(self):
        self.tasks = {}
        self.switches = 0
        self.sent = 0

    def add(self, kind, name, *rest):
        task = kind(self, name, *rest)
        self.tasks[name] = task
        return task

    def send(self, sender, name, value):
        task = self.tasks[name]
        task.inbox.append(Message(sender, value))
        self.sent += 1
        if task.state is WAITING:
            task.state = READY

    def pick(self):
        best = None
        for task in self.tasks.values():
            if task.state == READY:
                if best is None or (task.turns, -task.priority) < (best.turns, -best.priority):
                    best = task
        return best

    def run(self):
        while True:
            task = self.pick()
            if task is None:
                return
            self.switches += 1
            task.run()


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "60000"
    amount = 150 if arg == "--small" else int(arg)
    system = System()
    system.add(Producer, "clock", 3, "sorter", amount)
    system.add(Producer, "noise", 1, "second", amount // 2)
    system.add(Filter, "sorter", 5, "second", "left")
    system.add(Filter, "second", 4, "left", "right")
    left = system.add(Sink, "left", 2)
    right = system.add(Sink, "right", 2)
    system.run()
    print(system.switches, system.sent)
    for sink in (left, right):
        print(sink.name, sink.sum, sorted(sink.seen.items()))
    print([(task.name, task.turns, task.state) for task in system.tasks.values()])


if __name__ == "__main__":
    main()
