"""The tables of records, each beside the noun it serves."""

from .attachments import Attachment
from .comments import Comment
from .drafts import FormDraft
from .links import Link
from .numbering import Counter
from .record import FormRecord, Record
from .rounds import Seat
from .signatures import Signature
from .tasks import Task

__all__ = ["Attachment", "Comment", "Counter", "FormDraft", "FormRecord", "Link", "Record", "Seat", "Signature", "Task"]
