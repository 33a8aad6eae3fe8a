"""Codes of errors and reasons, in words. One place, so that every door says the same."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, str | Promise] = {
    # Why something is refused
    "sign_in_needed": _("Sign in to do this."),
    "members_only": _("This is for members."),
    "users_only": _("This needs a personal account."),
    "staff_only": _("This is for the secretariat and administrators."),
    "secretariat_only": _("This is for the secretariat."),
    "administrator_only": _("This is for administrators."),
    "coordinator_only": _("This is for the organisation's coordinators."),
    "only_self": _("This is for the person whom it is about."),
    "not_owner": _("This is for the owner of the need."),
    "not_yours": _("You do not act for this organisation."),
    # What is in the way
    "need_closed": _("The need is closed. Reopen it first."),
    "need_not_draft": _("The need is no longer a draft."),
    "need_not_posted": _("The need is not posted."),
    "need_not_closed": _("The need is not closed."),
    "email_taken": _("There is an account with this e-mail address."),
    "identifier_taken": _("Another organisation has this identifier."),
    "last_administrator": _("Somebody must remain administrator."),
    "user_taken": _("This account belongs to another person."),
    # What is wrong with a value
    "required": _("This must be filled in."),
    "blank": _("This must be filled in."),
    "null": _("This must be filled in."),
    "invalid": _("This is not valid."),
    "invalid_choice": _("This is not one of the choices."),
    "unknown": _("This cannot be changed here."),
    "unique": _("This is taken already."),
    "file_name": _("The name of this file is not UTF-8. Rename it, and import it again."),
    "max_length": _("This is too long."),
    "unstorable": _("This holds characters that cannot be stored. Type the text instead of pasting it."),
    "too_short": _("This is too short. Describe the need in a sentence or two."),
    "max_value": _("This is too large."),
    "min_value": _("This is too small."),
    "same": _("These are one and the same."),
    "cycle": _("An organisation cannot be part of itself."),
    "owner_missing": _("Somebody must own the need."),
    "orcid_invalid": _("This is not an ORCID iD. Check the digits."),
    "ror_invalid": _("This is not a ROR identifier. Check the digits."),
    "cvr_invalid": _("This is not a CVR number. Check the digits."),
    "gln_invalid": _("This is not a GLN. Check the digits."),
    "grid_invalid": _("This is not a GRID identifier."),
    "isni_invalid": _("This is not an ISNI. Check the digits."),
    "wikidata_invalid": _("This is not a Wikidata identifier."),
    "fundref_invalid": _("This is not a funder identifier."),
    "openalex_invalid": _("This is not an OpenAlex identifier."),
    "doi_invalid": _("This is not a DOI."),
    "email_invalid": _("This is not an e-mail address."),
    "web_invalid": _("This is not a web address."),
    "contact_point_of_one": _("Say whose contact this is."),
    "affiliation_in_order": _("The end lies before the beginning."),
    "organisation_role_in_order": _("The end lies before the beginning."),
    "offer_available_in_order": _("The end lies before the beginning."),
    "work_in_order": _("The end lies before the beginning."),
    "offer_readiness_in_order": _("The highest readiness level lies below the lowest."),
    "offer_readiness_1_to_9": _("Readiness levels run from 1 to 9."),
    "need_readiness_1_to_9": _("Readiness levels run from 1 to 9."),
    "office_coordinates": _("Give both latitude and longitude, in degrees."),
    "feedback_refusal_has_reason": _("Say why it is not relevant."),
    "password_too_short": _("The password is too short. Use 12 characters or more."),
    "password_too_common": _("This password is too common."),
    "password_too_similar": _("The password is too much like the name or the address."),
    "password_entirely_numeric": _("The password must not be digits only."),
    # What is out of order
    "index_mismatch": _("The search index was built with another model. It must be built again."),
    "index_damaged": _("The search index is damaged. It must be built again."),
    "index_empty": _("The search index is empty. It must be built."),
    "index_storage": _("The search index cannot be written: the disk is full or read-only."),
    "index_locked": _("The search index is being written by another process. Try again in a moment."),
    "embedding_model": _("The language model cannot be opened."),
    "embedding_service": _("The embedding service cannot be reached."),
}


def words_for(code: str) -> str | Promise:
    """A code in words; a code without any is given as it is, so that nothing is ever silent."""
    return _WORDS.get(code, code)


def known_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_WORDS)
