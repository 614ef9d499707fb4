"""Where the platforms' machine-readable contracts lie; they are no part of the repository."""

import os
from pathlib import Path

CONTRACTS = Path(os.environ.get("CONTRACTS_DIR", Path(__file__).parents[3] / "shared" / "contracts"))
