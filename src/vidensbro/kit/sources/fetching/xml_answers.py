"""XML from strangers: no entities, no network, no endless nesting; control characters are passed over."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

# The characters that XML 1.0 §2.2 forbids, which repositories let through from what people pasted.
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_FORBIDDEN_REFERENCE: Final = re.compile(
    rb"&#(?:x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)


def parsed(body: bytes, root: str) -> etree._Element:
    """The root element, which must have the given local name. Raises ValueError."""
    try:
        found = _parse(body)
    except etree.XMLSyntaxError:
        try:
            found = _parse(_FORBIDDEN_REFERENCE.sub(b" ", _FORBIDDEN.sub(b" ", body)))
        except etree.XMLSyntaxError as error:
            raise ValueError(f"it is not XML: {error.msg}") from error
    if found.getroottree().docinfo.internalDTD is not None:
        # No protocol here uses one; its entities would leave parts that cannot be read alone.
        raise ValueError("it brings a document type of its own")
    if etree.QName(found).localname != root:
        raise ValueError(f"“{root}” was expected, “{etree.QName(found).localname}” came")
    return found


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(body, parser)


def text_of(element: etree._Element, path: str) -> str:
    """The text at a path of local names, trimmed; empty if there is none."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return (found.text or "").strip() if found is not None else ""
