"""`make mutants`: both parts, or lines alone whose names have one of the words given."""

import sys
import time

from tests.mutants import broken, pure


def main(words: list[str]) -> int:
    began = time.monotonic()
    score = broken.run(words) if words else pure.run() + broken.run()
    print(f"{(time.monotonic() - began) / 60:.1f} minutes")
    print(score)
    return 0 if score.killed == score.of else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
