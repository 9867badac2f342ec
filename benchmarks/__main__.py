"""`make bench`: prints latency, throughput and memory of the product on this machine."""

import argparse
import os
import tempfile
from pathlib import Path

from tests import servers

# The addresses of the benchmark's own servers are in the environment from here on.
os.environ["DJANGO_SETTINGS_MODULE"] = "classroom.settings"

import django

django.setup()

from benchmarks import latency, processes, recall, throughput  # noqa: E402
from tests.product import ROOT, Product  # noqa: E402

MODELS = ROOT / "models"


def main() -> None:
    options = _options()
    _print_faces(options)
    servers.start()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(folder=Path(folder), database_url=servers.cluster.url)
        try:
            product.manage("migrate", "--verbosity", "0")
            product.start()
            _print_all(product, options)
        finally:
            product.stop()
            servers.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--students", type=int, default=10, help="students in the measurement of latency")
    parser.add_argument("--interval-ms", type=int, default=1000, help="between two of their snapshots")
    parser.add_argument("--flood", type=int, default=80, help="students in the measurement of throughput")
    parser.add_argument("--seconds", type=float, default=30, help="length of each measurement")
    parser.add_argument("--faces", type=int, default=20, help="rendered faces of each kind and height")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to find small faces in")
    return parser.parse_args()


def _print_all(product: Product, options: argparse.Namespace) -> None:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load before the measurements {load}\n")
    found = latency.measure(
        product.url,
        students=options.students,
        interval_ms=options.interval_ms,
        seconds=options.seconds,
    )
    print(f"Latency, {options.students} students, a snapshot every {options.interval_ms} ms")
    for name, one in (
        ("snapshot to the own page", found.own_page),
        ("change to the shown tile", found.tile),
        ("grid step to the teacher", found.grid),
    ):
        print(
            f"  {name:<25} median {1000 * one.median_s:4.0f} ms   95 % within {1000 * one.p95_s:4.0f} ms"
            f"   ({one.count} of {one.expected})"
        )
    _print_memory(product)
    flood = throughput.measure(product, students=options.flood, interval_ms=500, seconds=options.seconds)
    print(f"\nThroughput of one worker process, {flood.sent:.0f} snapshots a second sent")
    print(f"  readings stored      {flood.stored:6.1f} a second")
    print(f"  processor, worker    {flood.worker_ms:6.1f} ms a reading = {1000 / flood.worker_ms:.0f} a core")
    print(f"  processor, web       {flood.web_ms:6.1f} ms a snapshot")


def _print_faces(options: argparse.Namespace) -> None:
    print(f"Faces read, by their height in the picture ({options.faces} of each)")
    for line in recall.table(recall.measure(MODELS, each=options.faces, photos=options.photos)):
        print(f"  {line}")
    spent = recall.costs(MODELS)
    print("\nProcessor time of the Analyser, ms")
    for name, value in (
        ("presence alone", spent.presence),
        ("everything, face looked for", spent.found),
        ("everything, face where it was", spent.followed),
        ("everything, empty room", spent.empty),
    ):
        print(f"  {name:<30} {value:5.1f}")
    print()


def _print_memory(product: Product) -> None:
    print("\nMemory after that lesson, MiB              resident  proportional")
    for row in processes.memory(product, servers.process_ids()):
        print(f"  {row.name:<34} {row.processes:>3} x {row.resident:8.0f}  {row.proportional:12.0f}")


if __name__ == "__main__":
    main()
