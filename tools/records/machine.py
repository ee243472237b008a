"""The machine that a record was made on."""

import platform
from pathlib import Path


def processor() -> str:
    """What the machine calls its processor; Linux says it in a file."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
