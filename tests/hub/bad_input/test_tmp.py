from tests.hub.bad_input.test_naughty_strings import *
from vidensbro.hub.needs.queries import as_kit_need
def test_x(tmp_path, cast, browse, monkeypatch):
    rows=bring(tmp_path)
    drain(["index.update"])
    for need in Need.objects.all():
        res=matches.match(cast["secretariat"],as_kit_need(need),limit=12)
        for m in res.matches:
            if not 0<=m.score<=1:
                print("SCORE",need.source_id,m.document.kind,repr(m.score)); print([ (c.code,c.value,c.detail[:40]) for c in m.evidence.contributions])
            else: print("ok",m.document.kind,m.score)
