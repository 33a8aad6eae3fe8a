"""Texts of releases: what is shown holds nothing hostile, what is pasted loses nothing that it says."""

from __future__ import annotations

import time
import unicodedata
from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as parser

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.newsroom.text import as_html, as_text, escaped, markdown_from_html
from vidensbro.hub.newsroom.text.rendering import ATTRIBUTES, SCHEMES, TAGS

HOSTILE = (
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://tracker.example/p.gif'>",
    "![x](https://tracker.example/p.gif)",
    '![x"onerror="alert(1)](https://tracker.example/p.gif)',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#x6A;avascript&colon;alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//evil.example'>x</a><a href='/logout'>y</a><a href='\\\\evil.example'>z</a>",
    "<a href='https://user:password@evil.example'>x</a>",
    "<a href='https:evil.example'>x</a>",
    "<a href='https://good.example' target=_blank onclick=alert(1) style='position:fixed;inset:0'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<p style='background:url(javascript:alert(1))' class=btn id=main name=x>x</p>",
    "<div onmouseover=alert(1) contenteditable>x</div>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'><style>@import 'https://evil.example'</style>",
    "<form action='https://evil.example'><input name=password><button>Log in</button></form>",
    "<video src=x onerror=alert(1)><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<span lang='en\" onmouseover=\"alert(1)'>x</span>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php system('id') ?><%= 7*7 %>{{ 7*7 }}",
    "</p></div></main></body></html><h1>Owned</h1>",
    "<template><script>alert(1)</script></template><portal src='https://evil.example'></portal>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<xml><v:shape style='behavior:url(#default#time2)' onbegin='alert(1)'></v:shape></xml>",
    "<h2 id='__proto__'>x</h2><a name=documentElement>y</a>",
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    "| <script>alert(1)</script> |\n| --- |\n| <img src=x onerror=alert(1)> |",
)
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head><body lang=DA>
<!--StartFragment-->
<p class=MsoTitle>Ny sensor<o:p></o:p></p>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'><span lang=EN-US>Aal</span>borg</b><span
style='mso-spacerun:yes'>&nbsp; </span>1. maj: <st1:place w:st="on">Byen</st1:place> har *stjerner* og a_b.
<o:p>&nbsp;</o:p></p>
<p class=MsoNormal>- Vi er glade, siger <i>Asta</i>.</p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;</span></span><![endif]>
Et</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o </span>Under</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>To</p>
<p class=MsoNormal>Så:</p>
<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Først</p>
<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>Siden</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>FAKTA</p><p>En boks</p></td></tr></table>
<table><tr><td><p>År</p></td><td>Antal | stk</td></tr><tr><td>2025<br>foråret</td><td>1<del>2</del></td></tr></table>
<p>Se <a href="https://example.org/a b">her <b>nu</b></a>, <a href="#_Toc1">ikke</a><span
style='mso-hide:all'>skjult</span><img src="file:///C:/x.png"></p>
<!--EndFragment--></body></html>"""


def assert_harmless(html: str) -> None:
    tree = parser.fragment_fromstring(html, create_parent="main")
    for one in tree.iterdescendants():
        assert one.tag in TAGS, html
        allowed = {*ATTRIBUTES["*"], *ATTRIBUTES.get(one.tag, ()), *({"rel"} if one.tag == "a" else ())}
        assert set(one.keys()) <= allowed, html
        if one.get("href") is not None:
            assert str(one.get("href")).split(":")[0] in SCHEMES
            assert one.get("rel") == "noopener"
    assert "<script" not in html
    assert "evil.example" not in "".join(str(one.get("href")) for one in tree.iter("a"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_is_shown(hostile: str) -> None:
    for text in (hostile, f"Hej {hostile} der", f"> - {hostile}", f"# {hostile}"):
        assert_harmless(as_html(text))
        assert_harmless(as_html(markdown_from_html(text)))
        as_text(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*HOSTILE, "<", ">", '"', "'", "&", "](", "`", "\n", " ", "<a href=", "=x "]),
        max_size=6,
    )
)
def test_nor_any_mixture_of_it(parts: list[str]) -> None:
    text = "".join(parts)
    assert_harmless(as_html(text))
    assert_harmless(as_html(markdown_from_html(text)))
    as_text(text)


def test_what_a_release_needs_is_shown() -> None:
    html = as_html(
        "Hej **du** og *de*\\\nder, se [her](https://example.org/?a=1&b=2), <mailto:presse@example.org>\n\n"
        '- et\n- to\n\n> sagt\n\n<span lang="en">Well-being</span> H<sub>2</sub>O\n\n| A |\n| --- |\n| 1 |'
    )
    assert "<strong>du</strong> og <em>de</em><br>" in html
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener">her</a>' in html
    assert '<a href="mailto:presse@example.org" rel="noopener">' in html
    assert '<span lang="en">Well-being</span> H<sub>2</sub>O' in html
    assert '<th scope="col">A</th>' in html
    assert "<li>et</li>" in html
    assert "<blockquote>" in html


def test_a_picture_in_a_text_is_its_words() -> None:
    assert (
        as_html("![En <sensor> på en seng](https://example.org/x.jpg)")
        == "<p>En &lt;sensor&gt; på en seng</p>\n"
    )


@pytest.mark.parametrize(
    ("text", "below", "levels"),
    [
        ("# A\n\n## B\n\n# C", 1, [2, 3, 2]),
        ("### A\n\n##### B\n\n#### C\n\n## D", 1, [2, 3, 3, 2]),
        ("# A\n\n# B", 2, [3, 3]),
        ("<h1>A</h1>\n\n<h4>B</h4>", 1, [2, 3]),
        ("# 1\n\n## 2\n\n### 3\n\n#### 4\n\n##### 5\n\n###### 6", 2, [3, 4, 5, 6, 6, 6]),
    ],
)
def test_headings_lie_below_that_of_the_page_and_leave_none_out(
    text: str, below: int, levels: list[int]
) -> None:
    tree = parser.fragment_fromstring(as_html(text, below=below), create_parent="div")
    assert [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")] == levels


def test_plain_text_has_the_parts_of_the_text() -> None:
    text = (
        "# Ny *sensor*\n\nHej **du**\\\nder\nblød, se [her](https://example.org) og <https://example.org/x>.\n\n"
        "- a\n  - b\n- c\n\n3. x\n4. y\n\n> sagt\n>\n> igen\n\n| A | B |\n| - | - |\n| 1 | 2 |\n\n```\nx  y\n```"
    )
    assert as_text(text) == (
        "Ny sensor\n\nHej du\nder blød, se her (https://example.org) og https://example.org/x.\n\n"
        "- a\n  - b\n- c\n\n3. x\n4. y\n\n> sagt\n>\n> igen\n\nA | B\n1 | 2\n\nx  y"
    )


def test_what_word_puts_on_the_clipboard() -> None:
    assert markdown_from_html(WORD) == (
        "# Ny sensor\n\n"
        "**Aalborg** 1. maj: Byen har \\*stjerner\\* og a_b.\n\n"
        "\\- Vi er glade, siger *Asta*.\n\n"
        "- Et\n  - Under\n- To\n\n"
        "Så:\n\n"
        "1. Først\n2. Siden\n\n"
        "FAKTA\n\nEn boks\n\n"
        "| År | Antal \\| stk |\n| --- | --- |\n| 2025<br>foråret | 1 |\n\n"
        "Se [her nu](<https://example.org/a%20b>), ikke"
    )


def test_lists_typed_with_bullets_are_lists_but_a_dash_opens_direct_speech() -> None:
    source = "<p>•&nbsp;&nbsp;<b>Et</b> og</p><p>▪ to</p><p>– Det er godt.</p><p>- Ja!</p>"
    assert markdown_from_html(source) == "- **Et** og\n- to\n\n– Det er godt.\n\n\\- Ja!"


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        (
            '<b style="font-weight:normal" id="docs-guid-1"><p>A <span style="font-weight:700">b</span></p></b>',
            "A **b**",
        ),
        ("<b>a</b><b>b</b>c<i>d</i>", "**ab**c*d*"),
        ("<b>a</b><i>b</i>", "<strong>a</strong><em>b</em>"),
        ('x<b>"y"</b>z', 'x<strong>"y"</strong>z'),
        ("<p>Et <b>fedt </b>ord, <b><i>begge</i></b></p>", "Et **fedt** ord, ***begge***"),
        ("en<br>to<br><br>tre", "en\\\nto\n\ntre"),
        (
            "<ol start=4><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol>",
            "4. a\n   - b\n5. c\n\n   d",
        ),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ('<p>Se <q lang="en">well-being</q></p>', 'Se <span lang="en">well-being</span>'),
        ("<h2><b>A</b> #</h2>", "## A \\#"),
        (
            "<table><tr><th>A<td colspan=2>B<tr><td>1</table>",
            "| A | B |  |\n| --- | --- | --- |\n| 1 |  |  |",
        ),
        ("<pre>a\n  b ```</pre>", "````\na\n b ```\n````"),
        ("<div>a<div>b<p>c</p>d</div></div>", "a\n\nb\n\nc\n\nd"),
        ("a\u030a\u00adb\u200bc", "åbc"),
        ("", ""),
        ("<!-- -->", ""),
        ("1986. Det var året", "1986\\. Det var året"),
        ("<p>a | b<br>--- | ---</p>", "a | b\\\n\\--- | ---"),
        ("H<sub>2</sub>O", "H<sub>2</sub>O"),
    ],
)
def test_what_other_programs_put_there(source: str, markdown: str) -> None:
    assert markdown_from_html(source) == markdown


SIGNS = "aåÅzé1 9\u00a0 -–+*_`~#>|:;.,!?\\/()[]{}<&\"'=^$%@•o日😀ª"
WORDS = st.text(st.sampled_from(SIGNS), max_size=30)


def spoken(text: str) -> str:
    """The words of a text, blanks apart."""
    return "".join(text.split())


@settings(max_examples=60, deadline=None)
@given(WORDS)
@example("1) x")
@example("+ x")
@example("a](b)[c]: d")
@example("&amp;&#65;")
@example("***a**_b_")
@example("<b>")
@example("\\*")
@example("```")
@example("www.x.dk | :--")
def test_escaped_words_are_shown_as_they_are(text: str) -> None:
    line = " ".join(text.split())
    assert as_text(escaped(line)) == line


PIECES = st.tuples(
    WORDS, st.sampled_from(["", "b", "i", "p", "li", "h3", "td", "sup", "blockquote", "span", "u"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=6))
def test_no_word_that_is_pasted_is_lost_or_becomes_a_mark(pieces: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text) for text, tag in pieces)
    said = spoken(unicodedata.normalize("NFC", "".join(text for text, _ in pieces)))
    shown = parser.fragment_fromstring(
        as_html(markdown_from_html(f"<div>{source}</div>")), create_parent="div"
    )
    found = spoken(unicodedata.normalize("NFC", str(shown.text_content())))
    bullets = "•·▪▫◦‣●○■□∙o"
    assert found.translate({ord(one): None for one in bullets}) == said.translate(
        {ord(one): None for one in bullets}
    )


def test_pasting_is_bounded() -> None:
    with pytest.raises(Invalid, match="max_length"):
        markdown_from_html("<p>" * 700_000)


@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 16_000,
        "[" * 50_000,
        "*a " * 16_000,
        "*_" * 25_000,
        "![" * 25_000,
        "<ul><li>" * 6_000,
        "> " * 25_000,
    ],
    ids=["bold", "brackets", "stars", "marks", "pictures", "lists", "quotations"],
)
def test_texts_made_to_take_long_do_not(text: str) -> None:
    begun = time.process_time()
    as_text(text)
    markdown_from_html(text)
    assert time.process_time() - begun < 10
