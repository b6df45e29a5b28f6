"""Simulated logs: a month of ordinary accounts, benign look-alikes and planted campaigns, and the truth beside."""
