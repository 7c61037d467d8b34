"""/minh-chung/<pk>/: a proof as a download, to those who may read what it proves, never shown in place."""

from __future__ import annotations

import hashlib
import logging
from typing import Any, BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from baocao.evidence.kinds import ALLOWED
from baocao.evidence.store import NotKept, open_kept
from baocao.models import Evidence
from phancong.permissions import visible_evidence

log = logging.getLogger(__name__)
_PIECE = 1024 * 1024
_TYPES = {kind.mime for kind in ALLOWED}


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = visible_evidence(request.user).select_related(
        "update__task", "draft__task", "answer__addressed__task"
    )
    row = get_object_or_404(rows, pk=pk)
    if not row.sha256:
        raise Http404("Minh chứng này là văn bản theo số, ký hiệu, không có tệp.")
    kept = _whole(row)
    if kept is None:
        # The page names the file and the row it belongs to: both are the reader's to see.
        home: Any = row.update or row.draft or (row.answer and row.answer.addressed)
        context = {"evidence": row, "task": home.task, "answer": row.answer}
        return render(request, "baocao/evidence_lost.html", context, status=500)
    known = row.media_type if row.media_type in _TYPES else "application/octet-stream"
    response = FileResponse(kept, as_attachment=True, filename=row.name, content_type=known)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _whole(row: Evidence) -> BinaryIO | None:
    """The kept bytes, checked in the very file that is sent; None, and a line in the log, if they are not the
    ones that were given."""
    try:
        kept = open_kept(row.sha256, settings.EVIDENCE_DIR)
    except (NotKept, OSError) as error:
        log.error("evidence %s: the file %s cannot be read (%s)", row.pk, row.sha256, type(error).__name__)
        return None
    try:
        digest = hashlib.sha256()
        while piece := kept.read(_PIECE):
            digest.update(piece)
        kept.seek(0)
    except OSError as error:
        log.error("evidence %s: the file %s cannot be read (%s)", row.pk, row.sha256, type(error).__name__)
        kept.close()
        return None
    if digest.hexdigest() != row.sha256:
        log.error("evidence %s: the file %s has been damaged", row.pk, row.sha256)
        kept.close()
        return None
    return kept
