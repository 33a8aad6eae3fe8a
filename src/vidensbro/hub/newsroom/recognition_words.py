"""What is wrong with a file that should be a press release, and why a part was taken for what it is, in words.

The codes are those of `kit.sources.releases`, whose own words are English only.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, tuple[Promise, Promise]] = {
    "not_found": (_("The file cannot be opened."), _("Check the path and that you may read the file.")),
    "empty": (_("There is no text in the file."), _("Check that it is the right file.")),
    "too_large": (
        _("The file is larger than a press release is."),
        _("Take the pictures out, or copy the text into a file of its own."),
    ),
    "unfolds": (
        _("The file unfolds into far more than it seems to hold, as files made to do harm do."),
        _("Do not use the file; ask the sender for another one."),
    ),
    "unknown_format": (
        _("The file is neither HTML, DOCX, PDF nor plain text."),
        _("Save it as one of them; old Word files (.doc) as .docx."),
    ),
    "encrypted": (
        _("The file is locked with a password."),
        _("Open it in its own program and save it without a password."),
    ),
    "corrupt": (_("The file is damaged."), _("Fetch or save the file again.")),
    "truncated": (
        _("The file ends in the middle."),
        _("Compare the end of the text with the original, or fetch the file again."),
    ),
    "doctype": (
        _("The file brings a document type of its own, which can be used to attack whoever reads it."),
        _("Do not use the file; ask the sender for another one."),
    ),
    "too_costly": (
        _("Reading the file takes more time or memory than a press release should."),
        _("Copy the text into a file of its own."),
    ),
    "nested": (
        _("Elements stand within each other too deeply; what lies deeper was not read."),
        _("Compare with the original."),
    ),
    "no_text": (
        _("The pages are pictures: there is no text in them."),
        _("Ask for a file with text, or run it through text recognition first."),
    ),
    "pages": (_("Only the first pages were read."), _("Take the release out of the larger file.")),
    "encoding_guessed": (
        _("The file is not UTF-8 and was read as Windows-1252."),
        _("Look at the Danish letters; if they are wrong, save the file as UTF-8 and read it again."),
    ),
    "mojibake": (
        _("Letters that had been decoded wrongly were put right."),
        _("Look at the Danish letters."),
    ),
    "headline_missing": (_("No line is short enough to be a headline."), _("Write the headline yourself.")),
}
"""For each code of `DESCRIPTIONS`: what is wrong, and what to do."""

REASONS: dict[str, Promise] = {
    "no_such_part": _("The release has none that could be recognised."),
    "marked": _("The file marks it as such."),
    "heading_word": _("It stands under a heading that says so."),
    "first_line": _("It is the first line that can be a headline."),
    "largest_heading": _("It is the first heading."),
    "after_headline": _("It is the paragraph below the headline."),
    "strong_after_headline": _("It is the bold paragraph below the headline."),
    "rest": _("It is what remained between the other parts."),
    "after_contacts": _("It stands after the contacts and has no heading."),
    "dateline": _("It has the form of a place and date line."),
    "embargo_line": _("The line speaks of an embargo."),
    "embargo_day_only": _("The line names a day and no hour: midnight at its beginning is meant, or is it?"),
    "embargo_unreadable": _("The line speaks of an embargo, but no date was recognised."),
    "immediate": _("The line says that the release may be used at once."),
    "list": _("It is a list under a heading that says so."),
    "short_lines": _("They are short lines without bullets under a line that speaks of them."),
    "names_in_a_row": _("They are names with commas between them."),
    "named_after": _("The quotation is followed by who says it."),
    "named_before": _("The quotation is preceded by who says it."),
    "same_speaker": _("The speaker is that of the quotation before."),
    "no_speaker": _("There are quotation marks, but nobody is named."),
    "fields": _("Name and details are set off from each other."),
    "run_together": _("Name, title and organisation had run together and were parted at capital letters."),
    "hours_with": _("It stands with the contact, and says days or hours."),
    "hours_below": _("It stands in a line of its own, and may be meant for others, too."),
    "hours_for_all": _("It stands before the contacts, and was taken to be meant for each of them."),
    "no_name": _("There are details, but no name."),
    "release_mark": _("It only says that this is a press release."),
    "part_heading": _("It only says which part follows."),
    "rule": _("It is only a line that parts what stands above from what stands below."),
    "end_mark": _("It only says that the release ends here."),
    "publisher": _("It is what the publisher puts around every release."),
    "about_issuer": _("It tells about the issuer, not the news."),
    "page_furniture": _("It is repeated on every page, or is the page's menu, foot or form."),
    "caption": _("It stands under a picture, and pictures are added after the draft has been saved."),
    "hidden": _("The page does not show it."),
}
"""For each code of the kit's `REASONS`: what it means."""
