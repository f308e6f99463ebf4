"""The languages a clause can be translated into: their codes, their names, which way they are written."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is what `lang` says in HTML; `own` is the name in its own script."""

    code: str
    name: str
    own: str
    rtl: bool = False

    @property
    def direction(self) -> str:
        return "rtl" if self.rtl else "ltr"


_ALL = (
    Language("ar", "Arabic", "العربية", rtl=True), Language("bg", "Bulgarian", "Български"),
    Language("bn", "Bangla", "বাংলা"), Language("ceb", "Cebuano", "Cebuano"), Language("cs", "Czech", "Čeština"),
    Language("de", "German", "Deutsch"), Language("el", "Greek", "Ελληνικά"), Language("en", "English", "English"),
    Language("es", "Spanish", "Español"), Language("fa", "Persian", "فارسی", rtl=True),
    Language("fil", "Filipino", "Filipino"), Language("fr", "French", "Français"),
    Language("he", "Hebrew", "עברית", rtl=True), Language("hi", "Hindi", "हिन्दी"),
    Language("hu", "Hungarian", "Magyar"), Language("id", "Indonesian", "Bahasa Indonesia"),
    Language("it", "Italian", "Italiano"), Language("ja", "Japanese", "日本語"),
    Language("jv", "Javanese", "Basa Jawa"),    Language("kn", "Kannada", "ಕನ್ನಡ"),
    Language("ko", "Korean", "한국어"), Language("ms", "Malay", "Bahasa Melayu"),
    Language("nl", "Dutch", "Nederlands"), Language("pl", "Polish", "Polski"),
    Language("pt", "Portuguese", "Português"),
    Language("ro", "Romanian", "Română"), Language("ru", "Russian", "Русский"),
    Language("sv", "Swedish", "Svenska"),
    Language("ta", "Tamil", "தமிழ்"), Language("te", "Telugu", "తెలుగు"), Language("th", "Thai", "ไทย"),
    Language("tr", "Turkish", "Türkçe"), Language("uk", "Ukrainian", "Українська"),
    Language("ur", "Urdu", "اردو", rtl=True), Language("vi", "Vietnamese", "Tiếng Việt"),
    Language("zh", "Chinese (simplified)", "简体中文"), Language("zh-Hant", "Chinese (traditional)", "繁體中文"),
)  # fmt: skip
LANGUAGES = {language.code: language for language in _ALL}


def named(code: str) -> str:
    """The English name of a language; a code nobody knows stays as it is."""
    return LANGUAGES[code].name if code in LANGUAGES else code


def known(codes: Iterable[str], source: str = "") -> list[Language]:
    """The languages of some codes, each once, by name; the source language and unknown codes are left out."""
    found = {LANGUAGES[code] for code in codes if code in LANGUAGES and code != source}
    return sorted(found, key=lambda language: language.name)
