"""What is said of data beside the data, in the asked language."""

from catalogue.values import text_in
from service.asked import Asked
from service.texts import MESSAGES


def made_up_notice(asked: Asked) -> str:
    """Return what is said of made-up data."""
    portal = asked.state.catalogue.portal
    return text_in(portal.notice, asked.language, portal.default_language) or MESSAGES.text("made-up", asked.language)
