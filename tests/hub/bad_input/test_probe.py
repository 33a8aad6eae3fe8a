import pytest, uuid
from django.test import Client
from tests.hub.bad_input.conftest import *
from tests.hub.conftest import cast
LISTS=["/knowledge/","/directory/","/needs/"]
VALUES=["000","9998","²²²²","٠٠٠٠","٢٠٢٤"]; XX=["0000","%00","<script>alert(1)</script>","9"*5000]; XX2=["","abc","-1","0","0000","9999","1000000000","9"*5000,"1e3","nan","<script>alert(1)</script>","%00","%ff%fe","%ED%A0%80","%25","٢٠٢٤","²²²²","../../etc/passwd","' OR 1=1--","{{7*7}}","[]","a"*5000,"%F0%9F%A7%AA","%_%_%","\\\\","%0d%0aSet-Cookie:x=y", "True", "None","a%20"*500]
NAMES=["page","q","kind","field","city","role","state","language","year","organisation","next","sort","csrfmiddlewaretoken", "person"]
def test_probe(world, browse):
    bad=[]
    c=browse("secretariat"); c.raise_request_exception=False
    for p in LISTS:
        for n in NAMES:
            for v in VALUES:
                r=c.get(f"{p}?{n}={v}")
                if r.status_code not in (200,404,302): bad.append((p,n,v[:40],r.status_code))
                if b"<script>alert" in r.content: bad.append((p,n,v[:40],"xss"))
    import json; open("/tmp/bi/bad.json","w").write(json.dumps(bad,indent=0))
    c=browse(); c.raise_request_exception=False
    r=c.get("/",headers={"host":"evil.example"}); print("host",r.status_code,r.content[-900:])
    for m in ("head","options","put","delete","patch","trace"):
        print(m,[(p,getattr(c,m)(p).status_code) for p in ["/","/match/","/needs/","/knowledge/","/healthz","/theme.css","/logo","/sign-out/","/language/"]])
    r=c.post("/match/",{"text":"x"*5_000_000}); print("big",r.status_code,r.content[-600:])
    r=c.post("/match/",{f"f{i}":"x" for i in range(2000)}); print("many",r.status_code,r.content[-600:])
    from django.core.files.uploadedfile import SimpleUploadedFile
    r=c.post("/match/",{"text":SimpleUploadedFile("a.txt",b"x"*100)}); print("file",r.status_code)
    r=c.post("/match/",data=b"\xff\xfe{not json",content_type="application/json"); print("json",r.status_code)
    r=c.post("/match/",data=b"--x\r\nbroken",content_type="multipart/form-data; boundary=x"); print("mp",r.status_code)
    r=c.post("/match/",data=b"broken",content_type="multipart/form-data"); print("mp2",r.status_code)
    r=c.generic("POST","/match/",b"text=%ff%fe%ED%A0%80 sensor%00","application/x-www-form-urlencoded; charset=klingon"); print("charset",r.status_code)
    r=c.generic("POST","/match/",b"text=%ff%fe%ED%A0%80 sensor%00","application/x-www-form-urlencoded; charset=utf-16"); print("charset",r.status_code)
    for h in ({"accept-language":"\x00;;q=abc,,,"+"x"*2000},{"cookie":"vidensbro_language=%00<script>; vidensbro_session=../../x; vidensbro_csrf=\"<"},{"x-request-id":"<script>"},{"referer":"javascript:1"},{"x-forwarded-for":"<x>"},{"HX-Request":"true","HX-Current-URL":"%%%"},{"range":"bytes=9-1"},{"if-none-match":"\"<"},{"if-modified-since":"yesterday"}):
        print(h.keys(),[Client(headers=h).get(p).status_code for p in ("/","/directory/","/sign-in/","/theme.css")])
    for p in ["/needs/{}/","/needs/{}/edit/","/people/{}/","/works/{}/","/offers/{}/","/organisations/{}/","/secretariat/imports/{}/","/match/feedback/{}/take-back/","/secretariat/proposals/{}/merge/","/fields/{}/", "/{}"]:
        for i in [str(uuid.UUID(int=0)),str(uuid.UUID(int=2**128-1)),"not-a-uuid","%00","..%2f..","018f0000","{"+str(uuid.uuid4())+"}",str(uuid.uuid4()).upper(),"%ff%fe","a"*3000,"<script>alert(1)</script>"]:
            c=browse("secretariat"); c.raise_request_exception=False
            for m in ("get","post"):
                r=getattr(c,m)(p.format(i))
                if r.status_code not in (404,405,) or b"<script>alert" in r.content: print(m,p,i[:50],r.status_code)
