"""Writing XML documents whose elements are of several namespaces."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA: Final = "http://search.yahoo.com/mrss/"
"""Media RSS 1.5.1: what a picture shows, and who made it."""
XML: Final = "http://www.w3.org/XML/1998/namespace"

Element = etree._Element


def root(namespace: str, name: str, **prefixes: str) -> Element:
    """The outermost element, of the namespace that needs no prefix."""
    names: Any = {None: namespace, **prefixes}
    return etree.Element(f"{{{namespace}}}{name}", nsmap=names)


def add(parent: Element, namespace: str, name: str, text: str | None = None, **attributes: str) -> Element:
    """A child with this text and these attributes."""
    child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    child.text = text
    for key, value in attributes.items():
        child.set(key, value)
    return child


def moment(at: datetime) -> str:
    """A moment as RFC 3339 writes it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def written(outermost: Element) -> bytes:
    """The document, in UTF-8."""
    return etree.tostring(outermost, encoding="utf-8", xml_declaration=True)
