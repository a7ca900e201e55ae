#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A small run of soak.py, which says what it does. EHDS_SOAK_SEED repeats one."""
import os
import sys

from soak import soak

if __name__ == "__main__":
    sys.exit(1 if soak(500, 24, int(os.environ.get("EHDS_SOAK_SEED", int.from_bytes(os.urandom(4), "big")))) else 0)
