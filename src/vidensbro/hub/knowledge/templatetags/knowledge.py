"""Works and offers in templates."""

from __future__ import annotations

from django import template

from vidensbro.hub.knowledge import presenters
from vidensbro.hub.ui.languages import language_name

register = template.Library()

register.filter("work_href", presenters.work_href)
register.filter("offer_href", presenters.offer_href)
register.filter("names_line", presenters.names_line)
register.filter("work_tags", presenters.work_tags)
register.filter("work_period", presenters.work_period)
register.filter("offer_title", presenters.offer_title)
register.filter("offer_body", presenters.offer_body)
register.filter("readiness_line", presenters.readiness_line)
register.filter("amount_line", presenters.amount_line)
register.filter("language_name", language_name)
