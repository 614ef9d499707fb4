"""What comes from gateways: heard once, applied in order by whoever claims it, and looked for where nothing came."""
