"""Needs in templates."""

from __future__ import annotations

from django import template

from vidensbro.hub.needs import presenters, wording

register = template.Library()

register.filter("need_title", presenters.need_title)
register.filter("need_href", presenters.need_href)
register.filter("need_tags", presenters.need_tags)
register.filter("who_sees", wording.who_sees)
register.filter("circle", presenters.circle)
