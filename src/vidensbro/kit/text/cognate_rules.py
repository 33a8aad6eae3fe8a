"""How loan words are spelt in Danish and in English: endings, Greek and Latin roots, single letters."""

from __future__ import annotations

from typing import Final


def _pairs(block: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`ending: ending ending; ending: ending` read as a table; a hyphen stands for nothing."""
    table: list[tuple[str, tuple[str, ...]]] = []
    for entry in block.replace("\n", " ").split(";"):
        left, _, right = entry.partition(":")
        if left.strip():
            replacements = tuple("" if item == "-" else item for item in right.split())
            table.append(("" if left.strip() == "-" else left.strip(), replacements))
    return tuple(table)


DANISH_ENDINGS: Final = dict(
    _pairs("""
    ologisk: ological ologic; ologi: ology; olog: ologist; ificering: ification; ificere: ify; isering:
    isation ization ising izing; isere: ise ize; optimering: optimisation optimization; ikering: ication;
    ikere: icate; ulering: ulation; ulere: ulate; ering: ation ering ing; erings: ation; erende: ating ing
    ive ant; ere: ate e -; ator: ator; itet: ity; isme: ism; ist: ist; istisk: istic; atisk: atic; etisk:
    etic; itisk: itic itis; orisk: oric ory orical; isk: ic ical ian; tik: tics tic; nik: nics nic nique;
    sik: sics sic; rik: rics ric; mik: mics mic; dik: dics dic; gik: gics gic; ik: ic ics ique; ika: ics ic;
    ikum: ic; ikon: icon; ionel: ional; iel: ial; uel: ual; el: al le el; ibel: ible; abel: able; bel: ble;
    il: ile il; iv: ive; ivitet: ivity; ær: ary ar aire er; ar: ar ary; øs: ous ose; ør: or er eur; ens:
    ence ency ens; ans: ance ancy ans; ancer: ances; tese: thesis; protese: prosthesis; lyse: lysis; ose:
    osis ose; akse: axis; fobi: phobia; fil: philic phile phil; fob: phobic; morf: morphic morph; cyt: cyte;
    fyt: phyte; lyt: lyte; arium: arium; orium: ory orium; erium: erion; ium: ium; arie: ary; orie: ory;
    nomi: nomy; nom: nomist; tomi: tomy; stomi: stomy; ektomi: ectomy; plastik: plasty plastic; grafi:
    graphy; graf: graph grapher; grafisk: graphic graphical; skopi: scopy; skop: scope; skopisk: scopic;
    metri: metry; meter: meter metre; terapi: therapy; terapeut: therapist; pati: pathy; pat: path; patisk:
    pathic; trofi: trophy; trof: trophic; ærapi: therapy; ædi: aedics edics aedia edia; iatri: iatrics
    iatry; iater: iatrician iatrist; æmi: aemia emia; uri: uria; plegi: plegia; algi: algia; demi: demic
    demia; ergi: ergy; urgi: urgy urgery; æstesi: aesthesia esthesia; lepsi: lepsy; fasi: phasia; fagi:
    phagia; ksi: xy xia; psi: psy psis; si: sy sia; gi: gy gia; fi: phy; ni: ny nia; ri: ry ria; ti: ty cy
    tia; li: ly lia; mi: my mia; ci: cy; at: ate at; it: ite it; id: ide id; yd: ide; an: ane an; en: ene
    en; on: one on; in: in ine; yl: yl; ym: yme; om: oma ome; ur: ure; yr: yre; alt: alt; oid: oid; fon:
    phone; fag: phage; ode: ode od; ole: ole; kel: cle; ykel: ycle; tur: ture; kyle: cule; ekyle: ecule;
    ens: ence; ite: ite; me: m me; alie: al; ie: y ia; logik: logistics; e: e -; -: - e
    """)
)

ENGLISH_ENDINGS: Final = dict(
    _pairs("""
    ological: ologisk; ologic: ologisk; ology: ologi; ologist: olog; ification: ificering ifikation; ify:
    ificere; isation: isering isation; ization: isering isation; ise: isere; ize: isere; optimisation:
    optimering; optimization: optimering; ication: ikation ikering; icate: ikere; ulation: ulering ulation;
    ulate: ulere; ation: ation ering; ate: ere at; ator: ator; ity: itet; ism: isme; ist: ist; istic:
    istisk; atic: atisk; ical: isk; ic: isk ik; ics: ik; tics: tik tika; ique: ik; ional: ionel; ial: iel
    ial; ual: uel; al: al el; ible: ibel; able: abel; ble: bel bil; le: el; ile: il; ive: iv; ary: ær ar;
    ous: øs; or: or ør; er: er ør; eur: ør; ence: ens ence; ency: ens; ance: ans; ancy: ans; thesis: tese;
    prosthesis: protese; lysis: lyse; osis: ose; axis: akse; phobia: fobi; phile: fil; cyte: cyt; phyte:
    fyt; lyte: lyt; ory: orisk orium orie; erion: erium; omy: omi; ectomy: ektomi; plasty: plastik; graphy:
    grafi; graph: graf; graphic: grafisk; scopy: skopi; scope: skop; scopic: skopisk; metry: metri; therapy:
    terapi; therapist: terapeut; pathy: pati; trophy: trofi; aedics: ædi; edics: ædi; iatrics: iatri; iatry:
    iatri; iatric: iatrisk; aemia: æmi; emia: æmi; uria: uri; plegia: plegi; algia: algi; demic: demi
    demisk; ergy: ergi; esthesia: æstesi; aesthesia: æstesi; lepsy: lepsi; phasia: fasi; xy: ksi; psy: psi;
    sy: si; gy: gi; phy: fi; ny: ni; ry: ri; ty: ti; cy: ci; my: mi; ite: it; ide: id; ane: an; ene: en;
    one: on; ine: in; yl: yl; yme: ym; oma: om; ome: om; ure: ur; phone: fon; phage: fag; cle: kel; cule:
    kyle; ecule: ekyle; ism: isme; e: e -; -: - e
    """)
)

ROOTS: Final = dict(
    _pairs("""
    psyk: psych; terap: therap; oftalm: ophthalm; orto: ortho; kemo: chemo; kemi: chemi; biokem: biochem;
    kirurg: surg; kromat: chromat; kromo: chromo; kron: chron; kole: chole; mekan: mechan; tekn: techn;
    karakter: character; arkit: archit; arkiv: archiv; artr: arthr; lymf: lymph; termo: thermo; termi:
    thermi; astm: asthm; algoritm: algorithm; autent: authent; fysi: physi; fysik: physic; fosf: phosph;
    farma: pharma; foto: photo; fono: phono; graf: graph; morf: morph; profyl: prophyl; desinf: disinf;
    æstet: aesthet esthet; akust: acoust; kateter: catheter; migræn: migrain; skop: scop; sfær: spher; trof:
    troph; strof: stroph; emfys: emphys; nefr: nephr; fago: phago; fenyl: phenyl; fenol: phenol; fasi:
    phasi; diafrag: diaphrag; tyre: thyre; tyro: thyro; tymus: thymus; toraks: thorax; torak: thorac; tromb:
    thromb; teori: theory; teoret: theoret; teor: theor; metod: method; metyl: methyl; metan: methan; etyl:
    ethyl; etan: ethan; litium: lithium; synte: synthe; hypote: hypothe; patolog: patholog; pato: patho;
    rytm: rhythm; reum: rheum; hæmorr: haemorrh hemorrh; diarr: diarrh; klor: chlor; skizo: schizo; ekko:
    echo; kefal: cephal; encefal: encephal; hepat: hepat; leuk: leuk leuc; kerat: kerat; kinas: kinas;
    kines: kines; kapac: capac; kapsel: capsul; hydroxy: hydroxy; profes: profess; kommun: commun; komm:
    comm; akk: acc; okk: occ; suk: suc; sukc: succ; stabil: stab; horisont: horizont; organis: organis
    organiz; analys: analys; analgetik: analgesic; maskin: machin; kemikali: chemical; ingeni: engine;
    fokus: focus; konsul: consul; karcin: carcin; nukle: nucle; molek: molec; partik: partic; artik: artic;
    ventrik: ventric; vesik: vesic; kutan: cutan; kardi: cardi; kranio: cranio; kalk: calc; kalc: calc;
    krypt: crypt; kultur: cultur; kvant: quant; kval: qual; kvot: quot; frekv: frequ; sekv: sequ; akva:
    aqua; ekviv: equiv; adækv: adequ; filtr: filtr; filos: philos; alfa: alpha; grafen: graphen; sulf: sulph
    sulf; atmosf: atmosph; fibr: fibr; fermen: fermen; fluor: fluor; flex: flex; fleks: flex; func: func;
    funk: func; infek: infec; effekt: effect; defekt: defect; profil: profil; filter: filter; film: film;
    format: format; inform: inform; transf: transf; perfus: perfus; infus: infus; diffus: diffus; skel:
    skel; skann: scann; skal: scal; skand: scand; skler: scler; skolio: scolio; risiko: risk; cykl: cycl;
    cykel: cycle; neuro: neuro; pneum: pneum; pædi: paedi pedi; gynæk: gynaec gynec; hæm: haem hem; æti:
    aeti eti; anæ: anae ane; æstr: oestr estr; øst: oest; ødem: oedem edem; øsofag: oesophag esophag;
    økonom: econom; økolog: ecolog; øko: eco; føt: foet fet; homøo: homeo; cøliaki: coeliac celiac; celle:
    cell; cellul: cellul; central: central; centr: centr; civil: civil; certif: certif; proces: process;
    acces: access; ress: ress; sociale: social; teleskop: telescop; kompres: compress; adres: address;
    profession: profession; kommission: commission; mission: mission; koll: coll; kors: cors; katar:
    catarrh; kollagen: collagen; kaos: chaos; klima: climat; konfl: confl; kri: cri; koma: coma; stetos:
    stethos
    """)
)

DANISH_LETTERS: Final = (
    (r"kv", ("qu",)),
    (r"ks", ("x",)),
    (r"x", ("x",)),
    (r"kk", ("cc", "kk", "ck")),
    (r"k(?=[aoulrtænms])|k$", ("c",)),
    (r"k(?=[eiy])", ("k", "c")),
    (r"æ", ("ae", "e")),
    (r"ø", ("o", "oe", "e")),
    (r"å", ("a",)),
)
"""Letters outside known roots; of several readings the first is the likeliest."""

DANISH_SECOND_THOUGHTS: Final = (
    (r"f(?!f)", "ph"),
    (r"t(?=[eiyoarhm])", "th"),
    (r"c(?=[aoulrh])", "ch"),
    (r"s(?=[aeoi])", "z"),
    (r"s(?=e|i|y)", "c"),
    (r"r(?=[eiyou])", "rh"),
    (r"j", "y"),
    (r"y", "i"),
)
"""Readings that are tried when the plain one is not the word."""

ENGLISH_LETTERS: Final = (
    (r"qu", ("kv",)),
    (r"x", ("ks", "x")),
    (r"ph", ("f",)),
    (r"th", ("t",)),
    (r"rh", ("r",)),
    (r"ae|oe", ("æ", "ø")),
    (r"ch", ("k", "ch")),
    (r"c(?=[aoulrt])|c$", ("k",)),
    (r"cc(?=[ei])", ("kc",)),
    (r"z", ("s", "z")),
    (r"ss", ("ss", "s")),
)
