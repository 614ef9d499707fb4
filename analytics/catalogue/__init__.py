"""Every metric by its key, raw and derived."""
