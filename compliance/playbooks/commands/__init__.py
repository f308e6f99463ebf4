"""What people do with playbooks: take texts in, approve and decline them."""

from compliance.playbooks.commands.deciding import approve_override, approve_version, decline_override, decline_version
from compliance.playbooks.commands.taking_in import import_library, import_text, import_texts

__all__ = [
    "approve_override", "approve_version", "decline_override", "decline_version", "import_library", "import_text",
    "import_texts",
]  # fmt: skip
