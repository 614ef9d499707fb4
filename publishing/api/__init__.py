"""Platforms, accounts and posts for programs."""

from rest_framework.routers import BaseRouter

from publishing.api import approvals, calendar, connections, desk, links, planning, posts, recurring, slots, workflows

RESOURCES = {
    "calendar": calendar.CalendarViewSet,
    "platforms": connections.PlatformViewSet,
    "connections": connections.ConnectionViewSet,
    "posts": posts.PostViewSet,
    "compositions": planning.CompositionViewSet,
    "plan-imports": planning.PlanImportViewSet,
    "content-calendars": planning.CalendarPlanViewSet,
    "calendar-entries": planning.EntryViewSet,
    "posting-slots": slots.SlotViewSet,
    "queues": slots.QueueViewSet,
    "recurring-posts": recurring.SeriesViewSet,
    "holds": recurring.HoldViewSet,
    "approval-workflows": workflows.WorkflowViewSet,
    "approval-requests": approvals.RequestViewSet,
    "approval-asks": approvals.AskViewSet,
    "review-comments": approvals.CommentViewSet,
    "revisions": approvals.RevisionViewSet,
    "absences": workflows.AbsenceViewSet,
    "review-links": links.LinkViewSet,
    "qa-requests": desk.LookViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
