"""Cue words in Latin letters: lines of `kind value: phrase | phrase`; `cues` explains the kinds."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = """
y year: year
y years: years
u month: month
u week: week
u day: day
u months: months
u weeks: weeks
u days: days
R: today | tonight
R -1: yesterday | last night
R -2: the day before yesterday | day before yesterday
R 1: tomorrow
L -1: last | past | previous
L: this | current
L 1: next | coming
p: in | during | throughout | by | mid | middle | summer | winter | spring | autumn | on | as of |
    circa | dated
p 1: early | beginning | start
p 2: late | end
k: of | of the | for
f: from
s: since | starting | starting from | starting in | beginning in | from as early as
t: until | till | up until | up to
a: to | through | thru
b: between
B: before | prior to
A: after
&: and | or
1: until now | till now | to date | to the present | onwards | onward
G 1: ago
q: about | around | some | nearly | almost | over | more than | less than | fewer than | at least
    | approximately | roughly | total of
C: people | men | women | children | troops | police | km | tons | tonnes | percent | soldiers |
    fighters | civilians | families | times | others | homes | houses | refugees | cases | deaths
    | dead | wounded | injured | victims | patients | workers | students | miles | metres | meters
    | militants | rebels | prisoners | detainees | migrants | residents | protesters | casualties
    | votes | cars
h: ah
P: published | published on | posted | posted on | last updated | updated
w: this and that | this one | Saturday Night Live | May Day
j: the | its | his | her | their | our | my
v: election | elections | Olympics | World Cup | war | revolution | Games
e: that | the same | same
c 2: two | a couple of
c 3: three
c 4: four
c 5: five
c 6: six
c 7: seven
c 8: eight
c 9: nine
c 10: ten
c 1: one
"""

FRENCH: Final = """
y year: année | l'année | l'an | !an
y years: ans | années
u month: mois
u week: semaine
u weeks: semaines
u day: jour
u days: jours
R: aujourd'hui
R -2: avant-hier
R 1: demain
L -1: dernier | derniere | passe | passee | ecoule | ecoulee
L: cette | courant | ce
L 1: prochain | prochaine
p: en | au cours de | pendant | durant | dans | mi | été | hiver | printemps | automne | courant |
    la mi | l'été | l'hiver | l'automne
p 1: début | début de | au début de
p 2: fin | fin de | à la fin de | la fin de | la fin
k: de | du | de l' | d' | le
s: depuis | à partir de | à compter de
t: jusqu'en | jusqu'à | jusqu'au | jusque
a: à | au
b: entre
B: avant
A: après
&: et | ou | ou bien
G 2: il y a
q: environ | plus de | moins de | près de | quelque | quelques | au moins
C: personnes | hommes | femmes | enfants | soldats | morts | blessés | euros | fois | habitants |
    réfugiés | civils | familles | cas | kilomètres
P: publié | publié le | mis à jour | mis à jour le
R -1: !hier
v: élections | élection | guerre | révolution | Coupe du monde | Jeux
c 2: deux
c 3: trois
c 4: quatre
c 5: cinq
c 6: six
c 7: sept
c 8: huit
c 9: neuf
c 10: dix
"""

GERMAN: Final = """
y year: Jahr | Jahres
y years: Jahre | Jahren
u month: Monat | Monats
u months: Monate | Monaten
u week: Woche
u weeks: Wochen
u day: Tag | Tages
u days: Tage | Tagen
R: heute
R -1: gestern
R -2: vorgestern
L -1: letzten | letztes | letzte | letzter | vergangenen | vergangene | vergangenes | vorigen
L: diesen | diesem | dieses | diese | dieser | laufenden
L 1: nächsten | nächste | nächstes | kommenden | kommende
p: im | am | während | Mitte | Sommer | Herbst | Frühjahr | Frühling | zum
p 1: Anfang | Beginn
p 2: Ende
k: des | vom | dem | den | der
f: von
s: seit | ab
t: bis
b: zwischen
B: vor
A: nach
&: und | oder
q: etwa | rund | über | mehr als | fast | mindestens | knapp | ungefähr | circa
C: Menschen | Soldaten | Kinder | Personen | Männer | Frauen | Tote | Verletzte | Euro | Mal |
    Flüchtlinge | Zivilisten | Einwohner | Fälle | Kilometer | Tonnen | Häuser | Polizisten |
    Kämpfer | Familien
P: veröffentlicht | veröffentlicht am | aktualisiert | stand
v: Wahlen | Wahl | Krieg | Weltmeisterschaft
c 2: zwei
c 3: drei
c 4: vier
c 5: fünf
c 6: sechs
c 7: sieben
c 8: acht
c 9: neun
c 10: zehn
"""

TURKISH: Final = """
Q year: yılı | yılında | yılından | yılına | yılının | yılındaki | senesinde
Q years: yıllarında | yılları | yıllarının
y year: yıl | sene
u month: ay | ayı | ayında | ayının | ayından | ayındaki
u week: hafta
u day: gün | günü
R: bugün
R -1: dün
R 1: yarın
L -1: geçen | geçtiğimiz
L: bu
L 1: gelecek | önümüzdeki
p: yaz | kış | yazından | kışından | baharından | sonbaharından | ilkbaharından | ortasından
p 1: başından
p 2: sonundan | sonuna
&: ve | ile | veya | ya da | yoksa | mı yoksa | mi yoksa | mu yoksa | mü yoksa
1: beri | bu yana | itibaren
2: kadar | dek
3: önce | öncesi | öncesinde | önceki
4: sonra | sonrası | sonrasında | sonraki
5: arası | arasında | arasındaki
q: yaklaşık | en az | toplam | tam
C: kişi | asker | çocuk | insan | kadın | erkek | kez | bin | milyon | lira | ev | ton | kişinin |
    kişiyi | sivil | mülteci | işçi | öğrenci | sayfa | yakın
P: yayınlanma | yayınlanma tarihi | güncelleme
w: hafta sonu
v: seçimleri | seçimlerinde | savaşı | Dünya Kupası | Olimpiyatları
c 2: iki
c 3: üç
c 4: dört
c 5: beş
c 6: altı
c 7: yedi
c 8: sekiz
c 9: dokuz
c 10: !on
"""

OTHERS: Final = """
y year: año | anno
y years: años | anni
u month: mes | mese
u months: meses | mesi
u week: semana | settimana
u weeks: semanas | settimane
u day: día | giorno
u days: días | giorni
R: hoy | oggi
R -1: ayer | ieri | anoche
R -2: anteayer | l'altro ieri
R 1: domani | mañana
L -1: pasado | pasada | scorso | scorsa | último | última
L: este | esta | questo | questa | quest' | corriente
L 1: próximo | próxima | prossimo | prossima | que viene
p: en | en el | a mediados de | mediados de | in | nel | nell' | durante | verano | invierno
    | primavera | otoño | estate | inverno | l'estate | l'inverno | entro
p 1: a principios de | principios de | inizio | l'inizio
p 2: a finales de | finales de | fine | la fine
k: de | del | di | dell' | d' | el | il | la
f: da
s: desde | a partir de | dal | dall'inizio | dalla fine | a partire dal
t: hasta | fino al | fino a
a: a | al
b: entre | tra | fra
B: antes de | antes del | prima del | prima di
A: después de | después del | tras | dopo | dopo il
&: y | e | o | oppure
G 1: fa
G 2: hace
q: unos | unas | más de | menos de | cerca de | casi | al menos | circa | più di | almeno | oltre
v: elecciones | guerra | elezioni | Mundial | Juegos
c 2: dos | due
c 3: tres | tre
c 4: cuatro | quattro
c 5: cinco | cinque
c 6: seis | sei
c 7: siete | sette
c 8: ocho | otto
c 9: nueve | nove
c 10: diez | dieci
C: personas | niños | soldados | muertos | heridos | hombres | mujeres | dólares | euros | veces
    | habitantes | refugiados | civiles | familias | casos | kilómetros | persone | soldati
    | bambini | morti | feriti | uomini | donne | volte | civili | famiglie | chilometri
P: publicado | publicado el | actualizado | pubblicato | pubblicato il | aggiornato
"""
