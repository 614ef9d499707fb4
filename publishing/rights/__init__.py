"""What happens to connections, posts, approvals and plans when data is taken along, brought, or erased."""

from publishing.rights import approvals, planning, posts

ANSWERS = posts.ANSWERS + approvals.ANSWERS + planning.ANSWERS
