"""What people do with playbooks: take texts in. Packages beside this one write, decide and localise them."""

from compliance.playbooks.commands.taking_in import import_library, import_text, import_texts

__all__ = ["import_library", "import_text", "import_texts"]
