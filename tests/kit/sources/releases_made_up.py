"""Invented releases, and files of each format made from them."""

from __future__ import annotations

import html
import io
import zipfile

HEADLINE = "Ny forening samler havnens robotter i Nordby"
LEAD = (
    "Tolv virksomheder og to universiteter går nu sammen om at afprøve svømmende robotter i Nordby Havn, "
    "så små skibsværfter kan bygge renere og hurtigere."
)
FIRST = (
    "Foreningen Havnens Robotter åbner i maj et fælles værksted på kajen. Her kan enhver virksomhed måle, "
    "prøve og forkaste uden selv at købe udstyret."
)
SAID = "Vi har ventet i årevis på et sted, hvor man må fejle i saltvand, og nu får vi det midt i byen"
SECOND = (
    "Værkstedet er betalt af kommunen og af medlemmerne. Det bliver åbent for gæster to gange om året, "
    "og resultaterne offentliggøres på dansk og engelsk."
)
MEMBERS = ["Nordby Universitet", "Værft & Søn A/S", "Sild- og Tangfonden", "Region Vestø"]

PLAIN = f"""PRESSEMEDDELELSE
Klausuleret til den 7. maj 2026 kl. 06.00

{HEADLINE}

{LEAD}

Nordby, den 6. maj 2026 – {FIRST}

»{SAID},« siger Asta Prøvesen, formand for Havnens Robotter.

{SECOND}

FAKTA
Medlemmer af foreningen
- {MEMBERS[0]}
- {MEMBERS[1]}
- {MEMBERS[2]}
- {MEMBERS[3]}

Kontakter
Asta Prøvesen, formand, Havnens Robotter, tlf. 12 34 56 78, asta@robotter.example
Bo Opdigtet
Pressechef
Nordby Universitet
Telefon: +45 87 65 43 21
bo.opdigtet@nordby.example

Om Havnens Robotter
Foreningen er opdigtet og har ingen medlemmer i virkeligheden.

Følg pressemeddelelser fra Havnens Robotter
Skriv dig op her.
"""


def page() -> str:
    """The release as a page with a menu, a form and a foot around it."""
    items = "".join(f"<li>{html.escape(one)}</li>" for one in MEMBERS)
    return f"""<!doctype html><html lang="da"><head><meta charset="utf-8"><title>x</title>
<script>steal()</script></head><body>
<nav><a href="/">Forsiden</a></nav>
<main><article>
<p>Pressemeddelelse</p>
<h1>{HEADLINE}</h1>
<p class="manchet">{LEAD}</p>
<p>Nordby, den 6. maj 2026 – {FIRST}</p>
<p>”{SAID},” siger formand <strong>Asta Prøvesen</strong> fra Havnens Robotter.</p>
<h2>Åbent for alle</h2>
<p>{SECOND} Se <a href="https://robotter.example/plan">planen</a>, men ikke
<a href="javascript:steal()">denne</a>.</p>
<h2>Fakta om foreningen</h2>
<p>Medlemmer:</p><ul>{items}</ul>
<h2>Yderligere oplysninger</h2>
<p>Asta Prøvesen<br>formand, Havnens Robotter<br>Tlf.: 12 34 56 78<br>
<a href="mailto:asta@robotter.example">asta@robotter.example</a></p>
<p>Bo Opdigtet<br>pressechef, Nordby Universitet<br>Tlf.: 87 65 43 21<br>bo.opdigtet@nordby.example</p>
<p style="display:none">Skjult linje</p>
</article></main>
<footer>Alle sider</footer></body></html>"""


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def paragraph(text: str, style: str = "", bold: bool = False) -> str:
    """A Word paragraph; a line feed is a break within it."""
    form = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    lines = [f'<w:t xml:space="preserve">{html.escape(line)}</w:t>' for line in text.split("\n")]
    return f"<w:p>{form}<w:r>{run}{'<w:br/>'.join(lines)}</w:r></w:p>"


def docx(body: str, extra: dict[str, bytes] | None = None, prologue: str = "") -> bytes:
    """A Word document with the parts that the standard asks for (ECMA-376, part 1, 11.3)."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("Titel", "Title"), ("Overskrift2", "heading 2"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
        "word/document.xml": f'{prologue}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def word() -> bytes:
    """The release as a Word document."""
    return docx(
        paragraph("Pressemeddelelse")
        + paragraph(HEADLINE, "Titel")
        + paragraph(LEAD, bold=True)
        + paragraph(FIRST)
        + paragraph(f"”{SAID},” siger Asta Prøvesen, formand for Havnens Robotter.")
        + paragraph(SECOND)
        + paragraph("Fakta", "Overskrift2")
        + "".join(paragraph(f"• {one}") for one in MEMBERS)
        + paragraph("Kontakt", "Overskrift2")
        + paragraph("Asta Prøvesen, formand, tlf. 12 34 56 78, asta@robotter.example")
        + paragraph(
            "Bo Opdigtet, pressechef, Nordby Universitet, tlf. 87 65 43 21, bo.opdigtet@nordby.example"
        )
    )


def print_html() -> str:
    """What the PDF is made of: two narrow columns' worth of lines, page numbers at the foot."""
    facts = "".join(f"<li>{html.escape(one)}</li>" for one in MEMBERS)
    return f"""<html lang="da"><style>@page {{ size: A5; margin: 2cm; @bottom-center {{
content: "Side " counter(page) " af " counter(pages); font-size: 8pt }} }}
body {{ font: 11pt/1.4 "DejaVu Sans", sans-serif }} p {{ margin: 0 0 1.4em }} h1 {{ font-size: 18pt }}
h2 {{ font-size: 13pt }}</style>
<p>PRESSEMEDDELELSE</p><h1>{HEADLINE}</h1><p>{LEAD}</p><p>{FIRST}</p>
<p>»{SAID},« siger Asta Prøvesen, formand for Havnens Robotter.</p><p>{SECOND}</p>
<h2>Fakta</h2><ul>{facts}</ul><h2 style="break-before: page">Kontakt</h2>
<p>Asta Prøvesen, formand, tlf. 12 34 56 78, asta@robotter.example</p></html>"""
