"""Where platforms meet a monitor: each adapter speaks a protocol, and imports nothing of who speaks it."""
