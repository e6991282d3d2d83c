"""Text to clean values; forms never save."""

from users.forms.blocked import BlockListForm
from users.forms.links import LinkForm
from users.forms.people import SECTIONS, ComputerUserForm, label_of, values_of
from users.forms.together import TogetherForm, TransferForm

__all__ = [
    "SECTIONS",
    "BlockListForm",
    "ComputerUserForm",
    "LinkForm",
    "TogetherForm",
    "TransferForm",
    "label_of",
    "values_of",
]
