"""Text to clean values; forms never save."""

from users.forms.blocked import BlockListForm
from users.forms.importing import MappingForm, UploadForm
from users.forms.links import LinkForm
from users.forms.people import SECTIONS, ComputerUserForm, values_of
from users.forms.together import TogetherForm, TransferForm

__all__ = [
    "SECTIONS",
    "BlockListForm",
    "ComputerUserForm",
    "LinkForm",
    "MappingForm",
    "TogetherForm",
    "TransferForm",
    "UploadForm",
    "values_of",
]
