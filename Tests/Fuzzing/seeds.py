"""seeds.py FOLDER: makes a corpus and a dictionary for each fuzz target, from Protocol/vectors, the samples and the bundled texts."""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def vectors(name):
    return json.loads((ROOT / "Protocol/vectors" / f"{name}.json").read_text(encoding="utf-8"))


SLOW, MENDED = 0x8000, 0x4000  # as FuzzedFrame has them


def framed(frames, flags=0):
    return b"".join((len(frame) | flags).to_bytes(2, "big") + frame for frame in frames if len(frame) < MENDED)


def field(number, value):
    """A protobuf field of bytes, shorter than 16 KiB."""
    return bytes([number << 3 | 2, len(value) & 0x7F | 0x80, len(value) >> 7]) + value if value else b""


def frames():
    messages = vectors("messages")
    for row in messages["messages"] + messages["unknownFields"] + messages["malformed"]:
        yield framed([bytes.fromhex(row["bytes"])])
    # All that headquarters says, as one conversation.
    yield framed((bytes.fromhex(row["bytes"]) for row in messages["messages"]), MENDED)
    for row in vectors("conversations")["conversations"]:
        said = [bytes.fromhex(step["say"]) for step in row["steps"]]
        yield framed(said)
        yield framed(said, MENDED)
        yield framed(said, MENDED | SLOW)


def entries():
    chain = vectors("chain")
    for entry in [entry for epoch in chain["epochs"] for entry in epoch["entries"]] + chain["malformed"]:
        parts = [bytes.fromhex(entry[name]) for name in ("facts", "nonce", "personal", "personalDigest")]
        yield b"".join(field(number, part) for number, part in enumerate(parts, 1))


def sheets():
    for path in sorted((ROOT / "Deploy/sample").glob("*.csv")):
        text = "\n".join(path.read_text(encoding="utf-8").splitlines()[:6]) + "\n"
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            yield b"\x06" + text.encode(encoding)
    yield b"\x00" + 'a;b\r\n"x\ny";"z""w"\r\n\r\nsep=\t\n'.encode()
    yield b"\x01" + 'sep=;\na;"b\n1;2\n3;4\n'.encode()


def texts(pattern):
    """Whole, and each part of the first level alone: small ones are tried far more often."""
    for path in sorted(ROOT.glob(pattern)):
        text = path.read_bytes()
        yield text
        yield from re.split(rb"\n(?=[a-z])", text)


def bodies():
    rows = [{"id": "T-1", "kind": "complaint", "subject": "电梯停运", "text": "早上又停了", "customer": {"phone": "13800138000"}},
            {"kind": "visit", "customer": "C0042", "method": "电话", "satisfaction": 4, "problems": [{"text": "slow lift", "category": "leaks"}]},
            {"kind": "step", "case": "T-1", "step": "answered", "occurred_at": "2026-09-01T12:00:00+08:00"},
            {"kind": "survey", "survey": "Q", "satisfaction": "5", "scores": {"保洁": 4.5}}, {"kind": "customer", "customer": {"name": "林\\\"婉清"}}]
    made = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    for row in made:
        yield b"\x03\x01" + row
    yield b"\x07\x00" + b"\n".join(made)
    yield b"\x07\x01" + b"[" + b", ".join(made) + b"]"
    yield b"\x00\x01" + b"\xef\xbb\xbf[" + made[0] + b"]"
    yield b"\x00\x00" + b"\xef\xbb\xbf" + b"\r\n".join(made)
    yield b"\x00\x01" + b'[{"a": "\\u00e9\\n"}, [1, {"b": null}], "x]"] trailing'


CORPORA = {
    "frame": frames, "record": entries, "sheet": sheets, "body": bodies,
    "handbook": lambda: texts("Sources/Handbooks/Bundled/*.yaml"), "configuration": lambda: texts("Deploy/config/*.yaml"),
}


def words(seeds):
    """What stands between spaces and marks, for libFuzzer to put in elsewhere; nothing for what is no text."""
    found = {word for seed in seeds for word in re.findall(rb"[A-Za-z][\w-]{2,30}:?", seed)}
    return "".join(f'"{word.decode()}"\n' for word in sorted(found))


TEXTS = ("handbook", "configuration", "body")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, make in CORPORA.items():
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        seeds = list(make())
        for number, seed in enumerate(seeds):
            (folder / f"seed-{number:03}").write_bytes(seed)
        dictionary = '"\\xEF\\xBB\\xBF"\n' + (words(seeds) if name in TEXTS else "")
        (Path(sys.argv[1]) / f"{name}.words").write_text(dictionary, encoding="utf-8")


main()
