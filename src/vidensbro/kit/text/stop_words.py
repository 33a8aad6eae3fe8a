"""Function words of the five languages, written for this project.

They are dropped from an index, and they tell the languages apart: a need of six words often holds two of
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def listed(block: str) -> tuple[str, ...]:
    """The words of a block of text that is laid out as a list."""
    return tuple(block.split())


_DANISH = """
ad af aldrig alle allerede alligevel alt altid anden andet andre at bare begge blandt blev blevet blive bliver
både bør da de dem den denne dens der deres derfor derfra deri dermed derved dertil det dets dette dig din
dine disse dit dog du efter ej eller ellers en end endda endnu engang ens enten er et fik flere flest for
fordi foran fra få får føre før først gennem gerne gik gør gøre gøres ham han hans har havde have haft helt
hen hende hendes her heraf hermed herunder hos hun hvad hvem hver hvert hvilke hvilken hvilket hvis hvor
hvordan hvorfor hvormed hvornår hvorved i idet ifølge igen igennem ikke imellem imod ind inde inden indenfor
ingen intet ja jeg jer jeres jo kan kom komme kommer kun kunne lad lige ligesom lidt man mange med meget
mellem men mens mere mest mig min mindre mindst mine mit mod må måtte ned nej netop nogen noget nogle nok nu
nul når og også om omkring op os ofte over overfor på rundt samme samt selv selvom senere siden sig sin sine
sit skal skulle som stadig så sådan sådant sådanne tit til tilbage u ud uden udover under undtagen var ved
vedrørende vi via vil ville vor vore vores vort være været
"""

_ENGLISH = """
a about above across after again against all almost along already also although always am among an and another
any anyone anything are around as at away be became because become becomes been before being below between
both but by can cannot could did do does doing done down due during each either else enough etc ever every
everyone everything few for from further get gets give given go had has have having he her here hers herself
him himself his how however i if in into is it its itself just let like made mainly make makes many may me
might mine more most much must my myself neither never no nor not now of off often on once only onto or
other others otherwise our ours ourselves out over own per perhaps quite rather really same several shall
she should since so some someone something still such than that the their theirs them themselves then there
thereby therefore these they this those through throughout thus to together too toward towards under until
up upon us very via was we well were what whatever when where whereas whether which while who whom whose why
will with within without would yet you your yours yourself
"""

_NORWEGIAN = """
alle alltid andre annen annet at av bare begge ble blei bli blir blitt både bør da de deg dei deira dem den
denne der deres derfor det dette di din dine disse ditt du dykk då eg ein eit eitt eller ellers en enn er ei
et etter ett fordi for fra frå få får før først gjennom gjerne gjør gjøre gjøres gå ha hadde han hans har
hatt henne hennes her hjå ho hos hun hva hvem hver hvert hvilke hvilken hvilket hvis hvor hvordan hvorfor i
ikke ikkje igjen imellom inn inne innen innenfor ingen ingenting ja jeg jo kan kva kven kvifor kom komme
kommer korleis kun kunne la like litt man mange med meg mein mellom men mens mer mest mi min mindre mine
mitt mot må mye nå nei ned no noe noen noko nokon når nær og også om omkring opp oss over på samme samt seg
selv sia siden sin sine sitt sjøl skal skulle slik slike som sånn så til tilbake um under uten ut utenfor
utover var varte ved vere verte vi via vil ville vår våre vart vårt være vært å
"""

_SWEDISH = """
aldrig all alla allt alltid andra annan annat att av bara blev bli blir blivit båda både bör de dem den
denna dess dessa det detta dig din dina dit ditt dock du där därför då efter ej eller en enligt er era ert
ett fanns finns flera fler fram framför från få får för före först genom gjorde gå gör göra ha hade han hans
har hela henne hennes hon honom hos hur här i icke igen ihop in inför inga ingen inget ingenting innan inne
inom inte ja jag jo just kan kom komma kommer kring kunna kunde lika likaså man med medan mellan men mer
mera mest mig min mina mindre minst mitt mot mycket måste ned nej ner nog nu någon något några när nära och
också om omkring oss på redan runt samma samt se sedan sen sig sin sina sitt själv ska skall skulle snart
som så sådan sådana sådant till tillbaka under upp ur ut utan utanför utom utöver vad var vara varandra
varför varit varje vart vem vems verkligen vid vilka vilken vilket vill ville vår våra vårt vi via än ännu
är även åt över
"""

_GERMAN = """
aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus außer
bei beim bereits bevor bin bis bist da dabei dadurch dafür daher damit danach dann daran darauf darüber das
dass dein deine dem den denen denn der deren des dessen deshalb die dies diese diesem diesen dieser dieses
dir doch dort du durch ein eine einem einen einer eines einige einigen er es etwas euch euer für gegen
gegenüber haben hat hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem
innerhalb ins ist ja je jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinem keinen keiner
konnte können könnte mehr mein meine mich mir mit muss müssen nach nachdem neben nein nicht nichts noch nun
nur ob obwohl oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sobald
sofern solche sollen sollte sondern sonst soweit sowie sowohl über um und uns unser unsere unseren unter
viel viele vom von vor wann war waren warum was weder wegen weil welche welchem welchen welcher welches wenn
wer werde werden wie wieder will wir wird wo wobei wodurch wollen wurde wurden während würde zu zum zur zwar
zwischen
"""

STOP_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "da": frozenset(_DANISH.split()),
        "en": frozenset(_ENGLISH.split()),
        "no": frozenset(_NORWEGIAN.split()),
        "sv": frozenset(_SWEDISH.split()),
        "de": frozenset(_GERMAN.split()),
    }
)
"""Function words by ISO 639-1 code, lower-case: what carries no subject matter."""
