"""What a picture tells of itself wherever it goes: who made it, and on what terms it may be used.

Written as the IPTC Photo Metadata Standard 2023.2 names it, into XMP (ISO 16684-1), and the two lines that Exif has for
it: programs that know no XMP show those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.utils import translation
from lxml import etree
from PIL import Image
from PIL.ExifTags import Base

from vidensbro.hub.common.text import legal
from vidensbro.hub.newsroom.imaging import Noted
from vidensbro.hub.newsroom.models import Licence
from vidensbro.hub.newsroom.presenters.parts import Terms

X: Final = "adobe:ns:meta/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC: Final = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP: Final = "http://ns.adobe.com/photoshop/1.0/"
RIGHTS: Final = "http://ns.adobe.com/xap/1.0/rights/"
CC: Final = "http://creativecommons.org/ns#"
XML: Final = "http://www.w3.org/XML/1998/namespace"

_PREFIXES: Final[Any] = {"dc": DC, "photoshop": PHOTOSHOP, "xmpRights": RIGHTS, "cc": CC}
_PACKET: Final = 'begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"'
"""ISO 16684-1, 7.3.2: how a program that knows nothing of a format finds the packet in it."""
_DEFAULT: Final = "en"
_LANGUAGES: Final = (_DEFAULT, "da")
_MARKS: Final = str.maketrans("<>", "‹›")


def noted(credit: str, licence: str) -> Noted:
    """What the file of a picture with this credit and licence is to tell."""
    # What looks like the beginning of another kind of file would be taken for one.
    line, terms = legal(credit).replace("%PDF-", "% PDF-"), Terms(licence)
    labels = {language: _label(terms, language) for language in _LANGUAGES}
    notices = {language: f"{line} ({label})" for language, label in labels.items()}
    return Noted(_exif(line, notices[_DEFAULT]), _xmp(line, terms, labels, notices))


def digest(credit: str, licence: str) -> str:
    """Tells apart files that tell something else."""
    return hashlib.sha256(f"{licence}\n{credit}".encode()).hexdigest()


def _label(terms: Terms, language: str) -> str:
    with translation.override(language):
        return terms.label


def _exif(line: str, notice: str) -> bytes:
    """Artist and Copyright. Exif 2.3 knows ASCII only; what programs write and read there is UTF-8.

    Without marks of HTML, which stand in it as they are: a picture with a page in it is refused.
    """
    found = Image.Exif()
    found[Base.Artist] = line.translate(_MARKS).encode()
    found[Base.Copyright] = notice.translate(_MARKS).encode()
    return found.tobytes()


def _xmp(line: str, terms: Terms, labels: Mapping[str, str], notices: Mapping[str, str]) -> bytes:
    meta = etree.Element(f"{{{X}}}xmpmeta", nsmap={"x": X})
    rdf = etree.SubElement(meta, f"{{{RDF}}}RDF", nsmap={"rdf": RDF})
    about: Any = {f"{{{RDF}}}about": ""}
    told = etree.SubElement(rdf, f"{{{RDF}}}Description", about, nsmap=_PREFIXES)
    creators = etree.SubElement(etree.SubElement(told, f"{{{DC}}}creator"), f"{{{RDF}}}Seq")
    etree.SubElement(creators, f"{{{RDF}}}li").text = line
    _in_languages(told, DC, "rights", notices)
    _say(told, PHOTOSHOP, "Credit", line)
    _say(told, RIGHTS, "Marked", str(terms.code != Licence.CC0))
    _in_languages(told, RIGHTS, "UsageTerms", labels)
    if terms.href:
        _say(told, RIGHTS, "WebStatement", terms.href)
        resource: Any = {f"{{{RDF}}}resource": terms.href}
        etree.SubElement(told, f"{{{CC}}}license", resource)
    meta.addprevious(etree.ProcessingInstruction("xpacket", _PACKET))
    meta.addnext(etree.ProcessingInstruction("xpacket", 'end="r"'))
    return etree.tostring(meta.getroottree(), encoding="utf-8", xml_declaration=False)


def _say(told: etree._Element, namespace: str, name: str, text: str) -> None:
    etree.SubElement(told, f"{{{namespace}}}{name}").text = text


def _in_languages(told: etree._Element, namespace: str, name: str, texts: Mapping[str, str]) -> None:
    """A property in several languages, the first one for everybody else (ISO 16684-1, 8.2.2.4)."""
    either = etree.SubElement(etree.SubElement(told, f"{{{namespace}}}{name}"), f"{{{RDF}}}Alt")
    for language, text in {"x-default": texts[_DEFAULT], **texts}.items():
        one: Any = {f"{{{XML}}}lang": language}
        etree.SubElement(either, f"{{{RDF}}}li", one).text = text
