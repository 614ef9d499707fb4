from typing import Any
def bring(request: Any, *, beat: Any) -> dict[str, Any]:
    raise NotImplementedError
