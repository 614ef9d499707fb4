"""Operators who may only look do nothing in the admin; who may change rows of a kind may do what is offered there."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import ApiKey, Flag, User
from accounts.services import keys
from analytics.models import (
    AccountDay,
    DailyMetrics,
    MeasuredPost,
    MetricImport,
    PostMetrics,
    SeoMetrics,
    TrackedAccount,
)
from content.models import ContentAsset, PipelineStep
from tests.cast import Cast, person
from tests.world import furnish
from trenddrop.core.admin import Kept

LOOKING = {("billing.Subscription", "revenue")}
DESKS = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
BUTTONS = [
    (model, name)
    for model, desk in DESKS
    for kind in ("actions_list", "actions_detail", "actions_row", "actions_submit_line")
    for name in getattr(desk, kind, None) or ()
]


def operator(*rights: str) -> User:
    user = User.objects.filter(email="gauri@staff.example").first() or person("Gauri Staff", "gauri@staff.example")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    found = Permission.objects.filter(codename__startswith="view_")
    for right in rights:
        app, name = right.split(".")
        found = found | Permission.objects.filter(content_type__app_label=app, codename=name)
    user.user_permissions.set(found)
    return User.objects.get(pk=user.pk)


def web(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def chosen(action: str, row: Any) -> dict[str, Any]:
    return {"action": action, "_selected_action": [str(row.pk)]}


def a_report(cast: Cast) -> tuple[ContentAsset, Flag]:
    furnish(cast)
    with tenancy.operator():
        asset = ContentAsset.objects.filter(organization_id=cast.asha.organization_id).get()
        told = {"resource_type": "content.contentasset", "resource_id": str(asset.pk), "resource_name": "KESAR asset"}
        report = Flag.objects.create(organization_id=asset.organization_id, reported_by=cast.ben.user, **told)
    return asset, report


def test_no_action_is_offered_to_somebody_who_may_only_look(db: None) -> None:
    request = asked(operator())
    offered = {(model._meta.label, name) for model, desk in DESKS for name in desk.get_actions(request)}
    assert offered - LOOKING == set()


def test_every_action_is_offered_to_somebody_who_may_change_such_rows(db: None) -> None:
    may = [f"{model._meta.app_label}.change_{model._meta.model_name}" for model, _desk in DESKS]
    request = asked(operator(*may))
    for model, desk in DESKS:
        assert set(desk.actions or ()) <= set(desk.get_actions(request)), model


@pytest.mark.parametrize(("model", "name"), BUTTONS)
def test_no_button_opens_for_somebody_who_may_only_look(db: None, model: Any, name: str) -> None:
    desk = admin.site._registry[model]
    assert getattr(getattr(desk, name), "allowed_permissions", ()), "a button names its permissions"
    if (model._meta.label, name) in LOOKING:
        return
    key = ["01a2098a-a429-7733-95e0-4ffcc855665b"] if name not in desk.actions_list else []  # type: ignore[attr-defined]
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=key)
    assert web(operator()).get(address).status_code == 403


def test_a_report_is_decided_by_those_who_may_change_reports_and_nobody_else(cast: Cast) -> None:
    asset, report = a_report(cast)
    address = reverse("admin:accounts_flag_changelist")
    for rights, status in (([], "open"), (["accounts.change_flag"], "upheld")):
        web(operator(*rights)).post(address, chosen("uphold", report))
        with tenancy.operator():
            report.refresh_from_db()
            asset.refresh_from_db()
            assert (report.status, asset.deleted_at is not None) == (status, status == "upheld")


def test_an_api_key_is_ended_by_those_who_may_change_keys_though_its_form_is_closed(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        key, _text = keys.make(
            name="Zapier", scopes=["content.view"], expires_at=None, by=cast.asha, now=timezone.now()
        )
    address = reverse("admin:accounts_apikey_changelist")
    for rights, ended in (([], False), (["accounts.change_apikey"], True)):
        web(operator(*rights)).post(address, chosen("revoke", key))
        with tenancy.operator():
            assert (ApiKey.objects.get(pk=key.pk).revoked_at is not None) is ended


# Removing

KEPT = {model for model, desk in DESKS if isinstance(desk, Kept)}


def test_what_nobody_changes_nobody_removes_but_superusers(db: None) -> None:
    rights = [
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model, _desk in DESKS
        for verb in ("change", "delete")
    ]
    request = asked(operator(*rights))
    open_to_all = {
        model._meta.label
        for model, desk in DESKS
        if not desk.has_change_permission(request) and desk.has_delete_permission(request)
    }
    assert open_to_all == set()


def test_what_was_derived_measured_or_logged_superusers_do_not_remove_either(cast: Cast) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    request = asked(User.objects.get(pk=cast.dev.user_id))
    assert {AccountDay, DailyMetrics, PostMetrics, PipelineStep} <= KEPT
    for model in KEPT:
        desk = admin.site._registry[model]
        assert not desk.has_delete_permission(request), model
        assert "delete_selected" not in desk.get_actions(request), model


def test_what_was_measured_superusers_do_not_rewrite_either(cast: Cast) -> None:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    request = asked(User.objects.get(pk=cast.dev.user_id))
    measured: set[type[Model]] = {*KEPT, MeasuredPost, MetricImport, SeoMetrics}
    for model in measured:
        desk = admin.site._registry[model]
        assert not desk.has_change_permission(request), model
        assert not desk.has_add_permission(request), model


def test_what_is_kept_goes_along_with_what_it_hangs_on(cast: Cast) -> None:
    furnish(cast)
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = web(User.objects.get(pk=cast.dev.user_id))
    with tenancy.operator():
        day = DailyMetrics.objects.select_related("account").first()
    assert day is not None
    said = {"post": "yes"}
    assert client.post(reverse("admin:analytics_dailymetrics_delete", args=[day.pk]), said).status_code == 403
    gone = client.post(reverse("admin:analytics_trackedaccount_delete", args=[day.account_id]), said)
    assert gone.status_code == 302, gone.content
    with tenancy.operator():
        assert not TrackedAccount.objects.filter(pk=day.account_id).exists()
        assert not DailyMetrics.objects.filter(pk=day.pk).exists()
