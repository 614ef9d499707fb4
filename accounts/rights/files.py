"""Removing stored files: those that rows name, and whatever else lies in a folder."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db import models

from accounts.rights.registry import Answer


def remove_files_of(answer: Answer, rows: "models.QuerySet[Any]") -> int:
    """Remove the files that rows name, and what else the answer has to see to."""
    count = 0
    for column in answer.file_fields():
        names = rows.exclude(**{column.name: ""}).values_list(column.name, flat=True)
        count += remove(names.iterator(chunk_size=500))
    if answer.also_delete:
        answer.also_delete(rows)
    return count


def remove(names: Iterable[str]) -> int:
    """Remove files by name; one that is gone already counts as removed."""
    count = 0
    for name in names:
        if name:
            default_storage.delete(name)
            count += 1
    return count


def remove_folder(folder: str) -> int:
    """Remove everything below a folder."""
    try:
        folders, names = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    count = sum(remove_folder(f"{folder}/{each}") for each in folders)
    count += remove(f"{folder}/{each}" for each in names)
    default_storage.delete(folder)
    return count
