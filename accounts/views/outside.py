"""The page before sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def home(request: HttpRequest) -> HttpResponse:
    """What the product does; whoever is signed in goes to Today."""
    if request.user.is_authenticated:
        return redirect("today")
    return render(request, "home.html")
