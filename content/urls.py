"""Addresses of content."""

from django.urls import URLPattern, URLResolver, path

from content.views import files, library, pieces, studio, topic_assets, transcripts, uploads, voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("library/", library.library, name="library"),
    path("library/new/", library.asset_new, name="asset_new"),
    path("library/delete/", library.assets_delete, name="assets_delete"),
    path("library/restore/", library.assets_restore, name="assets_restore"),
    path("library/deleted/", library.library_deleted, name="library_deleted"),
    path("library/<uuid:pk>/card/", library.asset_card, name="asset_card"),
    path("library/<uuid:pk>/edit/", library.asset_edit, name="asset_edit"),
    path("upload/", uploads.upload, name="upload"),
    path("uploads/", uploads.tus_create, name="uploads"),
    path("uploads/<uuid:pk>/", uploads.tus_part, name="upload_part"),
    path("studio/<uuid:pk>/", studio.page, name="studio"),
    path("studio/<uuid:pk>/captions/", studio.captions, name="captions"),
    path("studio/<uuid:pk>/cancel/", studio.cancel, name="asset_cancel"),
    path("studio/<uuid:pk>/retry/", studio.retry, name="asset_retry"),
    path("studio/<uuid:pk>/subtitles/", transcripts.subtitles, name="asset_subtitles"),
    path("studio/<uuid:pk>/text/", transcripts.text, name="asset_text"),
    path("studio/<uuid:pk>/match/", studio.match_again, name="asset_match"),
    path("pieces/<uuid:pk>/", pieces.save, name="piece"),
    path("pieces/<uuid:pk>/rewrite/", pieces.rewrite, name="piece_rewrite"),
    path("pieces/<uuid:pk>/voice/", voice.piece, name="piece_voice"),
    path("brand/voice/pages/", voice.from_pages, name="voice_from_pages"),
    path("brand/voice/document/", voice.from_document, name="voice_from_document"),
    path("pieces/<uuid:pk>/versions/<int:number>/restore/", pieces.restore, name="piece_restore"),
    path("trends/<uuid:pk>/assets/", topic_assets.topic_assets, name="topic_assets"),
    path("files/<uuid:pk>/", files.file, name="file"),
    path("files/<uuid:pk>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("files/frames/<uuid:pk>/", files.frame, name="frame"),
]
