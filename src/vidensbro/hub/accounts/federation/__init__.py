"""Signing in through others: SAML 2.0 federations and OpenID Connect brokers."""
