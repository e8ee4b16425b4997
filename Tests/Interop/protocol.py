"""The messages of Protocol/huiyin.proto, made at run time: nothing generated is kept, and no code of the product is used."""
import subprocess
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "Protocol" / "vectors"


def load(schema=ROOT / "Protocol" / "huiyin.proto"):
    """Every message of a schema, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "schema"
        subprocess.run(
            ["protoc", f"--proto_path={schema.parent}", f"--descriptor_set_out={compiled}", "--include_imports", schema.name],
            check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    names = [f"{file.package}.{message.name}" for file in files.file for message in file.message_type]
    return {name.rsplit(".", 1)[1]: message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names}


MESSAGES = load()
Facts, Personal, Customer, Delivery = MESSAGES["Facts"], MESSAGES["Personal"], MESSAGES["Customer"], MESSAGES["Delivery"]
Entry, Position, Exchange, Pins = MESSAGES["Entry"], MESSAGES["Position"], MESSAGES["Exchange"], MESSAGES["Pins"]


def to_json(message):
    """Protobuf's canonical JSON, as an object."""
    return json_format.MessageToDict(message)


def from_json(kind, value):
    return json_format.ParseDict(value, kind())
