"""The Terms language: text in, checked policy out. Imports nothing of ours outside this folder."""
