"""Collaborations in templates."""

from __future__ import annotations

from django import template

from vidensbro.hub.collaborations import presenters

register = template.Library()

register.filter("collaboration_href", presenters.href)
register.filter("collaboration_tags", presenters.tags)
register.filter("party_name", presenters.party_name)
register.filter("person_name", presenters.person_name)
register.filter("party_names", presenters.party_names)
register.filter("readiness_line", presenters.readiness_line)
register.filter("quiet_days", presenters.quiet_days)
register.filter("milestone_state", presenters.milestone_state)
