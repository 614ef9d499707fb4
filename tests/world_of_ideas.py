"""What stands in Kesar Naturals of ideas and voices."""

import uuid

from django.core.files.base import ContentFile
from django.utils import timezone

from content.models import Prompt, Script, ScriptVersion, VoiceClone, VoiceOver
from tests.cast import Cast


def ideas(cast: Cast) -> dict[str, uuid.UUID]:
    """Make an idea with its script, a person's voice, and what that spoke; return their keys."""
    organization, client = cast.kesar, cast.client
    shared = {"organization": organization, "client": client}
    prompt = Prompt.objects.create(**shared, text="KESAR idea", created_by=cast.asha.user)
    gone = Prompt.objects.create(**shared, text="KESAR idea put aside", deleted_at=timezone.now())
    scenes = [{"heading": "KESAR", "say": "KESAR says so.", "show": "KESAR shows it.", "seconds": 1.0}]
    words = {"organization": organization, "title": "KESAR script", "scenes": scenes, "made_by": "test"}
    script = Script.objects.create(**words, prompt=prompt, tone="casual")
    ScriptVersion.objects.create(**words, script=script, number=1)
    voice = VoiceClone(**shared, name="KESAR voice", provider="local", is_clone=True, person="KESAR person")
    voice.consented_at, voice.provider_voice = timezone.now(), "flite:slt"
    for name in ("reference", "consent", "sample"):
        getattr(voice, name).save(f"{name}.wav", ContentFile(b"KESAR spoke"), save=False)
    voice.save()
    spoken = VoiceOver(organization=organization, script=script, script_version=1, voice=voice, status="completed")
    spoken.timings, spoken.duration = [[0.0, 1.0]], 1.0
    spoken.file.save("v.wav", ContentFile(b"KESAR spoken"), save=False)
    spoken.save()
    return {
        "prompt": prompt.pk,
        "deleted_prompt": gone.pk,
        "script": script.pk,
        "voice": voice.pk,
        "voice_over": spoken.pk,
    }
