"""Records in comma-separated lines with quotes: parse, convert, group, join and write again."""
import sys


def split_line(line):
    fields = []
    current = []
    quoted = False
    i = 0
    while i < len(line):
        char = line[i]
        if quoted:
            if char == '"':
                if line[i + 1:i + 2] == '"':
                    current.append('"')
                    i += 1
                else:
                    quoted = False
            else:
                current.append(char)
        elif char == '"':
            quoted = True
        elif char == ",":
            fields.append("".join(current))
            current = []
        else:
            current.append(char)
        i += 1
    fields.append("".join(current))
    return fields


def convert(text):
    if text == "":
        return None
    if text.isdigit():
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def read(lines):
    header = None
    for line in lines:
        fields = split_line(line.rstrip("\n"))
        if header is None:
            header = fields
        else:
            yield {name: convert(text) for name, text in zip(header, fields)}


def quote(value):
    text = "" if value is None else str(value)
    if "," in text or '"' in text:
        text = '"' + text.replace('"', '""') + '"'
    return text


def sample(n):
    yield "id,name,city,price,amount\n"
    cities = ["Oslo", "Bern", "Rome", '"Paris, North"', '"The ""Old"" Town"']
    for i in range(n):
        price = "" if i % 17 == 0 else f"{i * 7 % 1000 / 8:.2f}"
        yield f"{i},customer {i % 101},{cities[i % 5]},{price},{i % 9 + 1}\n"


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "100000"
    n = 300 if arg == "--small" else int(arg)
    by_city = {}
    customers = {}
    missing = 0
    out = []
    for row in read(sample(n)):
        if row["price"] is None:
            missing += 1
            continue
        value = row["price"] * row["amount"]
        by_city.setdefault(row["city"], []).append(value)
        customers[row["name"]] = customers.get(row["name"], 0.0) + value
        if value > 700:
            out.append(",".join(quote(field) for field in row.values()))
    for city in sorted(by_city):
        values = by_city[city]
        print(f"{city:16} {len(values):6} {sum(values) / len(values):10.3f} {max(values):10.3f}")
    best = max(customers, key=customers.get)
    print(best, f"{customers[best]:.2f}", missing, len(out), sum(map(len, out)), out[-1] if out else "")


if __name__ == "__main__":
    main()
