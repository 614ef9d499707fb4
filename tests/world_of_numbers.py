"""Which address of the numbers pages shows what of Kesar Naturals."""

THINGS: dict[str, str] = {
    "numbers_client": "client",
    "api-numbers-client": "client",
    **dict.fromkeys(("numbers_platform", "api-numbers-platform"), "platform_key"),
}
