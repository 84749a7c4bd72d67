"""The adding page as HTML: three ways to add, progress of a batch, what can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag.serving.ui.adding.receipt import receipt_html
from rag.serving.ui.adding.strings import tell_adding
from rag.serving.ui.browsing.strings import amount
from rag.serving.ui.render import Html
from rag.serving.ui.strings import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.serving.ingesting.receipts import Batch
    from rag.serving.ui.adding.jobs import Job
    from rag.serving.ui.browsing.document import Frame
    from rag.settings import Settings

_TEXT_ROWS = 8
_SHOWN_TITLES = 3
_MEGABYTE = 1_000_000

_PAGE = Html(
    '<div class="title"><h1>{title}</h1></div><p class="intro">{intro}</p>{trouble}'
    '<div class="adding">{files}{address}{text}</div>{recent}'
)
_TROUBLE = Html('<p class="note" role="alert" dir="auto">{}</p>')
_FORM = Html(
    '<form class="way-in" action="/add" method="post"{encoding} data-sending="{sending}">'
    '<h2>{title}</h2><input type="hidden" name="kind" value="{kind}">{fields}'
    '<p class="note" role="alert" hidden></p><button class="go">{send}</button></form>'
)
_FILES = Html(
    '<label class="field">{choose}<input type="file" name="files" multiple required accept="{endings}" '
    'aria-describedby="bounds" data-each="{each}" data-all="{all}" data-most="{most}" '
    'data-large="{large}" data-many="{many}"></label><p class="hint" id="bounds">{bounds}</p>'
    '<label class="check"><input type="checkbox" name="replace" value="1"> {replace}</label>'
)
_FIELD = Html('<label class="field">{}<input type="{}" name="{}" {} maxlength="2000"{}></label>')
_HINT = Html('<p class="hint">{}</p>')
_BODY = Html(
    '<label class="field">{}<textarea name="body" rows="{}" required dir="auto"></textarea></label>'
)
_PAIR = Html('<div class="pair">{}{}</div>')
_RECENT = Html('<section class="recent"><h2>{}</h2>{}</section>')
_BATCHES = Html('<ul class="batches">{}</ul>')
_BATCH = Html(
    '<li><div><strong>{}</strong> <span class="meta"><span>{}</span><span>{}</span></span>'
    '<p dir="auto">{}</p></div>{}</li>'
)
_UNDO = Html(
    '<form action="/add" method="post"><input type="hidden" name="kind" value="undo">'
    '<input type="hidden" name="batch" value="{}"><button class="act" aria-label="{}">{}</button></form>'
)
_JOB = Html(
    '<section class="job" data-job="/add/{id}.json"><h1>{title}</h1><p role="status" data-words>{words}</p>'
    '<progress{value}></progress><p class="hint">{open}</p></section>'
)
_FAILED = Html('<h1>{}</h1><p class="note" role="alert" dir="auto">{}</p>{}')
_MORE = Html('<p class="acts"><a class="act" href="/add">{}</a></p>')
_DELETE = Html(
    '<details class="removal"><summary>{}</summary><form action="/add" method="post"><p>{}</p>'
    '<input type="hidden" name="kind" value="remove"><input type="hidden" name="article" value="{}">'
    '<button class="act danger">{}</button></form></details>'
)


def add_page(
    settings: Settings,
    endings: Sequence[str],
    batches: Sequence[Batch],
    language: str,
    trouble: str = "",
) -> Html:
    """The three forms and the list of batches; `trouble` says why a form was not taken."""
    return _PAGE.format(
        title=tell_adding(language, "add"),
        intro=tell_adding(language, "intro"),
        trouble=_TROUBLE.format(trouble) if trouble else Html(),
        files=_files(settings, endings, language),
        address=_address(language),
        text=_text(language),
        recent=_recent(batches, language),
    )


def job_page(job: Job, language: str) -> Html:
    """How far a batch is, or what became of it."""
    more = _MORE.format(tell_adding(language, "more"))
    if job.receipt is not None:
        undo = undo_html(job.receipt.batch, "", language) if job.receipt.batch else Html()
        return receipt_html(job.receipt, undo, language) + more
    if job.is_done:
        reason = (
            tell_adding(language, "failed_why", reason=job.trouble)
            if job.trouble
            else tell_adding(language, "failed_unknown", id=job.reference)
        )
        return _FAILED.format(tell_adding(language, "failed"), reason, more)
    told = progress_of(job, language)
    value = Html()
    if told["share"] is not None:
        value = Html(' value="{}"').format(told["share"])
    return _JOB.format(
        id=job.id,
        title=tell_adding(language, "working"),
        words=told["words"],
        value=value,
        open=tell_adding(language, "keep_open"),
    )


def progress_of(job: Job, language: str) -> dict[str, Any]:
    """How far a batch is, for the script that asks: words, and a share of 1 where it is known."""
    step = job.step
    words = tell_adding(language, step.stage)
    share = None
    if step.total:
        share = round(min(1.0, step.done / step.total), 3)
        words += f" \u2066{step.done} / {step.total}\u2069"
    return {"done": job.is_done, "words": words, "share": share}


def undo_html(batch: str, what: str, language: str) -> Html:
    """The button that undoes a batch."""
    undo = tell_adding(language, "undo")
    label = tell_adding(language, "undo_of", what=what) if what else undo
    return _UNDO.format(batch, label, undo)


def delete_html(article_id: str, frame: Frame) -> Html:
    """What an article's page has to delete it: asks once more before it does."""
    words = [tell_adding(frame.language, key) for key in ("delete", "delete_sure", "delete_yes")]
    return _DELETE.format(words[0], words[1], article_id, words[2])


def _form(kind: str, title: str, fields: Html, language: str, *, has_files: bool = False) -> Html:
    return _FORM.format(
        encoding=Html(' enctype="multipart/form-data"') if has_files else Html(),
        sending=tell_adding(language, "sending"),
        title=tell_adding(language, title),
        kind=kind,
        fields=fields,
        send=tell_adding(language, "send"),
    )


def bounds_words(settings: Settings, endings: Sequence[str], language: str) -> str:
    """What is taken: how many files, how large, of which kinds."""
    return tell_adding(
        language,
        "bounds",
        files=amount(language, "files", settings.ingestion_files),
        endings="\u2066" + " ".join(ending.lstrip(".") for ending in endings) + "\u2069",
        **_sizes(settings),
    )


def _sizes(settings: Settings) -> dict[str, str]:
    return {
        "each": f"{settings.ingestion_megabytes:g}",
        "all": f"{settings.ingestion_batch_megabytes:g}",
    }


def _files(settings: Settings, endings: Sequence[str], language: str) -> Html:
    many = amount(language, "files", settings.ingestion_files)
    fields = _FILES.format(
        choose=tell_adding(language, "choose"),
        endings=",".join(endings),
        each=int(settings.ingestion_megabytes * _MEGABYTE),
        all=int(settings.ingestion_batch_megabytes * _MEGABYTE),
        most=settings.ingestion_files,
        large=tell_adding(language, "too_large", **_sizes(settings)),
        many=tell_adding(language, "too_many", files=many),
        bounds=bounds_words(settings, endings, language),
        replace=tell_adding(language, "replace"),
    )
    return _form("files", "files", fields, language, has_files=True)


def _address(language: str) -> Html:
    shown = Html('required placeholder="https://"')
    field = _FIELD.format(tell_adding(language, "link"), "url", "url", shown, Html(' dir="ltr"'))
    hint = _HINT.format(tell_adding(language, "address_hint"))
    return _form("address", "address", field + hint, language)


def _text(language: str) -> Html:
    def field(key: str, kind: str, name: str, rest: Html, direction: Html) -> Html:
        return _FIELD.format(tell_adding(language, key), kind, name, rest, direction)

    auto = Html(' dir="auto"')
    day = field("day", "date", "day", Html(), Html(' dir="ltr"'))
    outlet = field("outlet", "text", "outlet", Html(), auto)
    fields = field("title", "text", "title", Html("required"), auto)
    fields += _BODY.format(tell_adding(language, "body"), _TEXT_ROWS) + _PAIR.format(day, outlet)
    return _form("text", "text", fields, language, has_files=True)


def _recent(batches: Sequence[Batch], language: str) -> Html:
    title = tell_adding(language, "recent")
    if not batches:
        return _RECENT.format(title, _HINT.format(tell_adding(language, "none_recent")))
    items = Html().join(_batch(batch, language) for batch in batches)
    return _RECENT.format(title, _BATCHES.format(items))


def _batch(batch: Batch, language: str) -> Html:
    kind = tell_adding(language, f"kind_{batch.kind}")
    titles = " · ".join(f"\u2068{title}\u2069" for title in batch.titles[:_SHOWN_TITLES])
    return _BATCH.format(
        kind,
        _moment(batch.created, language),
        amount(language, "files", batch.files),
        titles,
        undo_html(batch.batch, f"{kind} {titles}", language),
    )


def _moment(created: str, language: str) -> str:
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created
    time = f"\u2066{moment:%H:%M}\u2069"
    return tell_adding(language, "at", day=long_date(moment.date(), language), time=time)
