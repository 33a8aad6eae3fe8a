"""Signatures for pysaml2 through the `xmlsec` package, so that no xmlsec1 program is needed.

`spoil` may change a document just before it is signed, which is how a provider that errs or lies is made.
"""

from __future__ import annotations

from collections.abc import Callable

import xmlsec
from lxml import etree
from saml2.sigver import CryptoBackend

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


class XmlsecBackend(CryptoBackend):
    """What pysaml2 asks of a backend, as far as an identity provider needs it."""

    def __init__(self) -> None:
        super().__init__()
        self.spoil: Callable[[etree._Element], None] | None = None
        self.key_file = ""

    @property
    def version(self) -> str:
        return "1.3.0"

    def sign_statement(self, statement: object, node_name: str, key_file: str, node_id: str) -> str:
        raw = statement if isinstance(statement, bytes) else str(statement).encode()
        root = etree.fromstring(raw)
        if self.spoil is not None:
            self.spoil(root)
        xmlsec.tree.add_ids(root, ["ID"])
        node = next(one for one in root.iter() if one.get("ID") == node_id)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(self.key_file or key_file, xmlsec.KeyFormat.PEM)
        context.sign(node.find(SIGNATURE))
        return etree.tostring(root, encoding="unicode")

    def validate_signature(
        self, signedtext: str | bytes, cert_file: str, cert_type: str, node_name: str, node_id: str
    ) -> bool:
        raw = signedtext if isinstance(signedtext, bytes) else signedtext.encode()
        root = etree.fromstring(raw)
        xmlsec.tree.add_ids(root, ["ID"])
        node = next(one for one in root.iter() if one.get("ID") == node_id)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(cert_file, xmlsec.KeyFormat.CERT_PEM)
        context.verify(node.find(SIGNATURE))
        return True
