"""Platforms, accounts and posts for programs."""

from rest_framework.routers import BaseRouter

from publishing.api import approvals, calendar, connections, posts, workflows

RESOURCES = {
    "calendar": calendar.CalendarViewSet,
    "platforms": connections.PlatformViewSet,
    "connections": connections.ConnectionViewSet,
    "posts": posts.PostViewSet,
    "approval-workflows": workflows.WorkflowViewSet,
    "approval-requests": approvals.RequestViewSet,
    "approval-asks": approvals.AskViewSet,
    "review-comments": approvals.CommentViewSet,
    "revisions": approvals.RevisionViewSet,
    "absences": workflows.AbsenceViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
