"""The typed document of every platform whose days are counted, by its key.

Shares are 0 to 1. Lists hold objects with some of the keys that their field names; none of these is needed.
"""

from analytics.documents.fields import Document
from analytics.documents.music import MUSIC
from analytics.documents.social import SOCIAL

DOCUMENTS: dict[str, Document] = {document.platform: document for document in (*SOCIAL, *MUSIC)}
