"""``python -m kubesim``."""

import sys

from kubesim.cli import main

if __name__ == "__main__":
    sys.exit(main())
