"""What is wrong in imported files, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

PROBLEMS: dict[str, tuple[Words, Words]] = {
    "xml": (
        _("This record is not well-formed XML."),
        _("Tell the source; the other records were read."),
    ),
    "doctype": (
        _("The file brings a document type of its own, which can be used to attack whoever reads it."),
        _("Do not use the file; ask the source for plain XML."),
    ),
    "refused": (
        _("The source answered with an error instead of records."),
        _("Ask again as the source's message says."),
    ),
    "schema_changed": (
        _(
            "The source has changed its form: this field is missing in most records. Nothing was taken from here on."
        ),
        _("Check what the source has announced, and update Vidensbro before you import it again."),
    ),
    "mojibake": (
        _("Letters that had been decoded wrongly were put right."),
        _("Nothing needs to be done."),
    ),
    "mojibake_left": (
        _("Letters seem to have been decoded wrongly; it is not certain what they were, so they were left."),
        _("Compare with the source's own page."),
    ),
    "not_found": (
        _("The file cannot be opened."),
        _("Check the path and that you may read the file."),
    ),
    "unknown_format": (
        _("The file is of a kind that this source does not come in."),
        _("Give a file with one of the endings listed under “Formats” in the documentation."),
    ),
    "unknown_kind": (
        _("It is not clear whether the file holds organisations, people, works, offers, needs or releases."),
        _("Name the file after its kind (organisations.csv), or put the kind as the only top-level key."),
    ),
    "truncated": (
        _("The file ends in the middle."),
        _("Fetch the file again; everything before this place has been read."),
    ),
    "corrupt": (
        _("The compressed file is damaged."),
        _("Fetch the file again; everything before this place has been read."),
    ),
    "encoding": (
        _("The text is not valid UTF-8."),
        _("Save the file as UTF-8."),
    ),
    "encoding_guessed": (
        _("The file is not UTF-8 and was read as Windows-1252."),
        _("Look at the Danish letters; if they are wrong, save the file as UTF-8 and import it again."),
    ),
    "nul_bytes": (
        _("The line holds NUL bytes, as damaged files do."),
        _("Fetch or export the file again."),
    ),
    "oversize": (
        _("The line is longer than a record can be."),
        _("Check that records are separated by line breaks."),
    ),
    "json": (
        _("This is not valid JSON."),
        _("Correct the record at this line; the others were read."),
    ),
    "csv": (
        _("This row cannot be read as CSV."),
        _("Check for an opening quote that is never closed."),
    ),
    "yaml": (
        _("This is not valid YAML."),
        _("Correct the item at this line; the others were read."),
    ),
    "yaml_alias": (
        _("Anchors, aliases and tags are not read."),
        _("Write the value out in full."),
    ),
    "layout": (
        _("The file does not hold a list of records."),
        _("Write a list of mappings, or one key naming the kind with a list below it."),
    ),
    "columns": (
        _("The row has more cells than the header."),
        _("Put quotes around cells that contain the separator."),
    ),
    "not_a_record": (
        _("A record must be a mapping of field names to values."),
        _("Correct the record at this line; the others were read."),
    ),
    "missing": (
        _("A required field is empty."),
        _("Fill in the field."),
    ),
    "unknown_field": (
        _("This field is not part of the format and was left out."),
        _("Correct the field's name after the template, or remove it."),
    ),
    "invalid": (
        _("The value does not fit the field and was left out."),
        _("Correct the value after the template."),
    ),
    "choice": (
        _("The value is not one of those allowed."),
        _("Use one of the values listed in the template."),
    ),
    "identifier": (
        _("The identifier is not valid: its form or its check digit is wrong. It was left out."),
        _("Look the identifier up and correct it."),
    ),
    "date": (
        _("This is not a date."),
        _("Write dates as year-month-day, such as 2026-03-31."),
    ),
    "duplicate": (
        _("The identifier was used earlier in the file; this record was left out."),
        _("Give every record an identifier of its own."),
    ),
    "not_knowledge": (
        _("The source marks this record as covers, lists or other matter around the text; it was left out."),
        _("Nothing needs to be done."),
    ),
    "unknown_reference": (
        _("The record refers to something that has not been imported; the link was left out."),
        _("Import what it refers to, or correct the identifier."),
    ),
    "unknown_owner": (
        _(
            "The organisation that it belongs to is not named or has not been imported; the record was left out."
        ),
        _("Import the organisation first, or correct the identifier."),
    ),
    "length": (
        _("The text is too short or too long to be stored; the record was left out."),
        _("Write what is needed, in at least 10 and at most 20,000 characters."),
    ),
    "shortened": (
        _("The text is longer than the field can hold; only its beginning was kept."),
        _("Shorten it in the file, if what was left out matters."),
    ),
    "release_there": (
        _(
            "The release was brought in before, and no import changes one; what is different here was left out."
        ),
        _("Change it on its own page; where it is out, with a note on what was wrong."),
    ),
    "release_unfit": (
        _(
            "A release must be whole to come out: this part is missing, too long or does not fit; the record was left"
            " out."
        ),
        _("Give each language a headline, a lead and a text, and each contact an address or a number."),
    ),
    "cycle": (
        _("An organisation cannot stand above itself; the link was left out."),
        _("Correct the parents so that they do not go in a circle."),
    ),
}
"""For each code of `kit.sources`: what is wrong, and what to do. The words are the kit's own; a test compares them."""
