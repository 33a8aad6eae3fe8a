"""Pages of OAI-PMH in three formats; nobody and nothing in them exists."""

import datetime as dt
import gzip
import io
import tarfile

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import (
    MergedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    WorkRecord,
)

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">\n<ListRecords>\n'
TAIL = "<resumptionToken>next</resumptionToken></ListRecords></OAI-PMH>\n"


def record(key, payload, sets=("publications:all",), status=""):
    sets = "".join(f"<setSpec>{one}</setSpec>" for one in sets)
    named = f"<identifier>oai:pure.example.dk:{key}</identifier><datestamp>2026-01-02</datestamp>"
    head = f"<header{status}>{named}{sets}</header>"
    return f"<record>\n{head}" + (f"<metadata>{payload}</metadata>" if payload else "") + "</record>\n"


DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Tang &amp; liv</dc:title><dc:creator>Opdigtet, Anna</dc:creator><dc:creator>Bo Hansen</dc:creator>
<dc:description>Om tang.</dc:description><dc:date>2024-05</dc:date><dc:type>info:eu-repo/semantics/article</dc:type>
<dc:identifier>https://pure.example.dk/da/publications/1</dc:identifier>
<dc:identifier>https://doi.org/10.1234/TANG</dc:identifier>
<dc:language>dan</dc:language><dc:subject>tang</dc:subject><dc:publisher>Fjordforlaget</dc:publisher>
<dc:rights>https://creativecommons.org/licenses/by-nc/4.0/</dc:rights>
<dc:relation>info:eu-repo/grantAgreement/EC/HE/101000001</dc:relation></oai_dc:dc>"""
MXD = """<ddf_doc xmlns="http://mx.forskningsdatabasen.dk/ns/documents/1.4" doc_type="dja"
 doc_lang="eng" doc_year="2023" rec_id="8954">
<title><original><main>Quality of seaweed</main><sub>a study</sub></original></title>
<description><abstract xml:lang="dan">Om tang.</abstract><abstract xml:lang="eng">About seaweed.</abstract>
<subject><keyword key_type="fre">seaweed</keyword></subject></description>
<person pers_role="pau" aff_no="1 2"><name><first>Anna</first><last>Opdigtet</last></name>
<id id_type="orcid">0000-0002-1825-0097</id><email>a@x.example</email></person>
<person pers_role="pau" aff_no="2"><name><first>Bo</first><last>Hansen</last></name></person>
<person pers_role="ped"><name><first>Ida</first><last>Red</last></name></person>
<organisation org_role="oaf" aff_no="1"><name xml:lang="eng"><level1>Fjord University</level1></name>
<name xml:lang="dan"><level1>Fjordby Universitet</level1><level2>Institut for Tang</level2></name>
<country>dk</country></organisation>
<organisation org_role="oaf" aff_no="2"><name><level1>Fjordby Universitet</level1></name><country>dk</country>
</organisation>
<publication><in_journal><title>Tang Tidende</title><doi>10.1234/mxd</doi><year>2023</year></in_journal>
</publication></ddf_doc>"""
CERIF = 'xmlns="https://www.openaire.eu/cerif-profile/1.2/"'
PERSON = f"""<Person {CERIF} id='7'><PersonName><FamilyNames>Opdigtet</FamilyNames>
<FirstNames>Anna</FirstNames></PersonName><ORCID>https://orcid.org/0000-0002-1825-0097</ORCID>
<ElectronicAddress>mailto:a@x.example</ElectronicAddress><Affiliation startDate='2020-01-01'>
<OrgUnit id='OrgUnits/3'><Acronym>FU</Acronym></OrgUnit></Affiliation></Person>"""
UNIT = f"""<OrgUnit {CERIF} id='3'><Acronym>FU</Acronym><Name xml:lang='en'>Fjord University</Name>
<Name xml:lang='da'>Fjordby Universitet</Name><RORID>https://ror.org/035b05819</RORID><PartOf><OrgUnit id='2'>
<Name>Danmarks Fjorde</Name></OrgUnit></PartOf></OrgUnit>"""
PAPER = f"""<Publication {CERIF} id='9'><Type xmlns='x'>http://purl.org/coar/resource_type/c_6501</Type>
<Language>en</Language><Title xml:lang='en'>On tang</Title><PublicationDate>2024-02-03</PublicationDate>
<DOI>10.1234/cerif</DOI><Authors><Author><DisplayName>A. Opdigtet</DisplayName><Person id='7'/><Affiliation>
<OrgUnit id='3'><Name>Fjordby Universitet</Name></OrgUnit></Affiliation></Author></Authors>
<Abstract xml:lang='en'>About.</Abstract></Publication>"""
MACHINE = f"""<Equipment {CERIF} id='5'><Name xml:lang='en'>Wave tank</Name>
<Description xml:lang='en'>Makes waves.</Description><Owner><OrgUnit id='OrgUnits/3'>
<Name>Fjordby Universitet</Name></OrgUnit></Owner></Equipment>"""


def read(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return list(open_source("oai", path))


def test_dublin_core(tmp_path):
    (work,) = read(tmp_path / "p.xml", HEAD + record("publications/1", DC) + TAIL)
    assert (work.title, work.abstract, work.language, work.date) == (
        "Tang & liv",
        "Om tang.",
        "da",
        dt.date(2024, 5, 1),
    )
    assert [(one.name, one.role) for one in work.authorships] == [
        ("Anna Opdigtet", "first"),
        ("Bo Hansen", "last"),
    ]
    assert (work.doi, work.venue, work.subtype) == ("10.1234/tang", "Fjordforlaget", "article")
    assert (work.awards[0].name, work.awards[0].number) == ("EC", "101000001")
    where = work.provenance
    assert (where.source_id, where.licence) == ("oai:pure.example.dk:publications/1", "CC-BY-NC-4.0")
    assert (where.url, where.line) == ("https://pure.example.dk/da/publications/1", 4)


def test_the_danish_format(tmp_path):
    whole, part, work = read(tmp_path / "p.xml", HEAD + record("publications/2", MXD) + TAIL)
    assert (whole.name, part.name, part.country) == ("Fjordby Universitet", "Institut for Tang", "DK")
    assert part.parent == whole.provenance.source_id
    assert (work.title, work.abstract, work.language) == (
        "Quality of seaweed: a study",
        "About seaweed.",
        "en",
    )
    assert (work.venue, work.doi, work.date, work.subtype) == (
        "Tang Tidende",
        "10.1234/mxd",
        dt.date(2023, 1, 1),
        "dja",
    )
    assert [(one.name, one.role, one.orcid) for one in work.authorships] == [
        ("Anna Opdigtet", "first", "0000-0002-1825-0097"),
        ("Bo Hansen", "last", ""),
        ("Ida Red", "editor", ""),
    ]
    assert [one.id for one in work.authorships[0].institutions] == [
        part.provenance.source_id,
        whole.provenance.source_id,
    ]
    assert work.authorships[0].affiliations == (
        "Institut for Tang, Fjordby Universitet",
        "Fjordby Universitet",
    )
    assert "@" not in repr(work)


def test_cerif(tmp_path):
    text = (
        HEAD
        + "".join(
            record(key, one)
            for key, one in [
                ("OrgUnits/3", UNIT),
                ("Persons/7", PERSON),
                ("Publications/9", PAPER),
                ("Equipments/5", MACHINE),
            ]
        )
        + TAIL
    )
    above, unit, person, paper, machine = read(tmp_path / "p.xml", text)
    assert (above.name, unit.name, unit.name_en, unit.short_name) == (
        "Danmarks Fjorde",
        "Fjordby Universitet",
        "Fjord University",
        "FU",
    )
    assert (unit.parent, unit.ror, unit.provenance.source_id) == ("OrgUnits/2", "035b05819", "OrgUnits/3")
    assert isinstance(person, PersonRecord)
    assert (person.family_name, person.orcid, person.provenance.source_id) == (
        "Opdigtet",
        "0000-0002-1825-0097",
        "Persons/7",
    )
    assert (person.affiliations[0].organisation, person.affiliations[0].start) == (
        "OrgUnits/3",
        dt.date(2020, 1, 1),
    )
    assert (paper.title, paper.doi, paper.abstract, paper.subtype) == (
        "On tang",
        "10.1234/cerif",
        "About.",
        "c_6501",
    )
    assert (paper.authorships[0].person, paper.authorships[0].institutions[0].id) == (
        "Persons/7",
        "OrgUnits/3",
    )
    assert isinstance(machine, OfferRecord)
    assert (machine.kind, machine.title, machine.body, machine.organisation) == (
        "equipment",
        "Wave tank",
        "Makes waves.",
        "OrgUnits/3",
    )
    assert "mailto" not in repr(person)


@pytest.mark.parametrize(
    ("key", "sets", "kind"),
    [
        ("publications/1", (), "works"),
        ("1", ("openaire_cris_persons",), "people"),
        ("OrgUnits/3", (), "organisations"),
        ("1", ("openaire_cris_equipments",), "offers"),
    ],
)
def test_deletions(tmp_path, key, sets, kind):
    (gone,) = read(tmp_path / "p.xml", HEAD + record(key, "", sets, ' status="deleted"') + TAIL)
    assert isinstance(gone, MergedRecord)
    assert (gone.kind, gone.into, gone.provenance.source_id) == (kind, "", f"oai:pure.example.dk:{key}")


def test_a_broken_record_does_not_take_the_others_with_it(tmp_path):
    good = [record(f"publications/{number}", DC) for number in range(4)]
    broken = [
        record("publications/b1", DC.replace("</dc:date>", "")),
        record("publications/b2", DC.replace("&amp;", "&nbsp;")),
        record("publications/b3", DC).replace("</record>", ""),
        record("publications/b4", ""),
        record("publications/b5", "<mods xmlns='x'/>"),
        record("publications/b6", DC.replace("Tang &amp; liv", "")),
    ]
    text = HEAD + good[0] + broken[0] + good[1] + "".join(broken[1:]) + good[2] + good[3] + TAIL
    items = read(tmp_path / "p.xml", text)
    assert [item.provenance.source_id[-1] for item in items if isinstance(item, WorkRecord)] == [
        "0",
        "1",
        "2",
        "3",
    ]
    assert [item.code for item in items if isinstance(item, Problem)] == [
        "xml",
        "xml",
        "xml",
        "missing",
        "unknown_format",
        "missing",
    ]
    lines = text.splitlines()
    at = next(item.line for item in items if isinstance(item, Problem))
    assert 4 + good[0].count("\n") <= at <= 4 + (good[0] + broken[0]).count("\n")
    assert len(lines) > at


def test_hostile_files_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    outside = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
    for declared in (bomb, outside):
        items = read(
            tmp_path / "p.xml",
            HEAD.replace("<OAI-PMH", declared + "<OAI-PMH")
            + record("1", DC.replace("Om tang", "&s;"))
            + TAIL,
        )
        assert [item.code for item in items] == ["doctype"]
    (item,) = read(tmp_path / "p.xml", HEAD + record("1", DC.replace("Om tang", "&s;")) + TAIL)
    assert item.code == "xml"


def test_what_the_source_says_instead_of_records_is_told(tmp_path):
    text = HEAD.replace("<ListRecords>\n", "") + '<error code="badResumptionToken">expired</error></OAI-PMH>'
    (told,) = read(tmp_path / "p.xml", text)
    assert (told.code, told.value) == ("refused", "badResumptionToken: expired")


def test_pages_in_one_file_in_a_gz_and_in_an_archive(tmp_path):
    pages = [HEAD + record(f"publications/{number}", DC) + TAIL for number in range(3)]
    (tmp_path / "pages.xml.gz").write_bytes(gzip.compress("".join(pages).encode()))
    with tarfile.open(tmp_path / "pages.tar.gz", "w:gz") as archive:
        for number, page in enumerate(pages):
            info = tarfile.TarInfo(f"../page{number}.xml")
            info.size = len(page.encode())
            archive.addfile(info, io.BytesIO(page.encode()))
    for name in ("pages.xml.gz", "pages.tar.gz"):
        items = list(open_source("oai", tmp_path / name))
        assert [item.provenance.source_id[-1] for item in items] == ["0", "1", "2"], name
    assert not list(tmp_path.parent.glob("page*.xml"))


def test_a_page_that_ends_in_the_middle(tmp_path):
    text = HEAD + record("publications/1", DC) + record("publications/2", DC)
    for cut in (text, text[:-40]):
        *works, told = read(tmp_path / "p.xml", cut)
        assert told.code == "truncated"
        assert works


@pytest.mark.parametrize(
    ("declared", "encoding"), [("ISO-8859-1", "iso-8859-1"), ("UTF-16", "utf-16"), ("UTF-8", "utf-8-sig")]
)
def test_encodings(tmp_path, declared, encoding):
    text = HEAD.replace("UTF-8", declared) + record("1", DC.replace("Om tang", "Smørrebrød")) + TAIL
    (work,) = read(tmp_path / "p.xml", text, encoding)
    assert work.abstract == "Smørrebrød."


def test_reading_goes_on_after_any_record(tmp_path):
    path = tmp_path / "p.xml"
    path.write_text(HEAD + "".join(record(f"publications/{number}", DC) for number in range(5)) + TAIL)
    reader = open_source("oai", path)
    for number, item in enumerate(reader):
        rest = [one.provenance.source_id[-1] for one in open_source("oai", path, reader.position())]
        assert rest == [str(later) for later in range(number + 1, 5)]
        assert item.provenance.line == 4 + number * record("publications/0", DC).count("\n")


def test_a_format_that_changes_stops_the_reading(tmp_path):
    text = (
        HEAD
        + "".join(record(f"publications/{number}", DC.replace("dc:title", "dc:name")) for number in range(25))
        + TAIL
    )
    (stopped,) = read(tmp_path / "p.xml", text)
    assert (stopped.code, stopped.field) == ("schema_changed", "dc:title")


@pytest.mark.parametrize("payload", [DC, MXD, PERSON, UNIT, PAPER, MACHINE])
def test_no_missing_element_makes_the_reader_fail(tmp_path, payload):
    import re

    for name in set(re.findall(r"<([\w:]+)[ >]", payload)):
        cut = re.sub(rf"<{name}[^>]*>[^<]*</{name}>", "", payload)
        for item in read(tmp_path / "p.xml", HEAD + record("1", cut) + TAIL):
            assert isinstance(item, Problem | WorkRecord | PersonRecord | OrganisationRecord | OfferRecord)
