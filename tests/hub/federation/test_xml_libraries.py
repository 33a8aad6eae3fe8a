"""lxml and xmlsec each bring a copy of libxml2; in whatever order they come, signatures must work."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

MODULES = ("lxml.etree", "xmlsec", "onelogin.saml2.auth")
SIGN = """
import xmlsec
from lxml import etree
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
pem = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
root = etree.fromstring(b"<a ID='x'><b>text</b></a>")
node = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256)
root.append(node)
reference = xmlsec.template.add_reference(node, xmlsec.Transform.SHA256, uri="#x")
xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
xmlsec.tree.add_ids(root, ["ID"])
context = xmlsec.SignatureContext()
context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
context.sign(node)
again = etree.fromstring(etree.tostring(root))
xmlsec.tree.add_ids(again, ["ID"])
context = xmlsec.SignatureContext()
context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
context.verify(xmlsec.tree.find_node(again, xmlsec.constants.NodeSignature))
print("signed")
"""


@pytest.mark.parametrize("order", itertools.permutations(MODULES), ids=",".join)
def test_signatures_work_in_any_order_of_imports(order: tuple[str, ...]) -> None:
    code = "\n".join(f"import {name}" for name in order) + SIGN
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "signed", told.stderr
