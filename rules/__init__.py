"""The library of real providers' terms."""
