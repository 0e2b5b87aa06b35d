"""What we say about data that is not right: findings, their levels, and reports of them.

A finding is data, not an exception: a wrong file never raises, it is described. Texts exist in Czech, German, Polish
and English and are chosen when a finding is shown, never when it is made.
"""

from findings.messages import LANGUAGES, Messages, dates_of, messages
from findings.model import Finding, Level, Point
from findings.report import Report

__all__ = ["LANGUAGES", "Finding", "Level", "Messages", "Point", "Report", "dates_of", "messages"]
