"""Who may import, see what came of it, and join rows."""

from __future__ import annotations

from vidensbro.hub.accounts.policies import Grant, Policy, is_staff

see_imports = Policy(Grant("staff", when=is_staff), refusal=lambda actor: "staff_only")
decide_merges = Policy(Grant("staff", when=is_staff), refusal=lambda actor: "staff_only")
