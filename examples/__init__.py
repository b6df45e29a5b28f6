"""Example logs, registers and terms that tell one story; see `make.py` and `plainterms demo`."""
