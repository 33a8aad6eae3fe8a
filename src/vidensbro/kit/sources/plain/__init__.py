"""The plain format: organisations, people, works, offers, needs and releases in CSV, Excel or YAML files."""

from vidensbro.kit.sources.plain.reader import PlainReader, kind_of_name, kinds_in
from vidensbro.kit.sources.plain.spec import FIELDS, Field
from vidensbro.kit.sources.plain.template import template

__all__ = ["FIELDS", "Field", "PlainReader", "kind_of_name", "kinds_in", "template"]
