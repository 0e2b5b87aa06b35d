"""What is said of data beside the data, in the asked language."""

from catalogue.values import text_in
from catalogue.vocabularies import Portal
from service.texts import MESSAGES


def made_up_notice(portal: Portal, language: str) -> str:
    """Return what is said of made-up data."""
    return text_in(portal.notice, language, portal.default_language) or MESSAGES.text("made-up", language)
