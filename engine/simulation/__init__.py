"""Logs that are made: a month of ordinary accounts, benign look-alikes and planted campaigns, with the truth beside."""
