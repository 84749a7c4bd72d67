"""The cue words of each language: lines of `kind value: phrase | phrase`; `cues` explains the kinds."""

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
p: in | during | throughout | by | early | mid | late | summer | winter | spring | autumn | in the
    | on | as of | circa | dated | end
k: of | of the | for
f: from
s: since | starting | starting from | starting in | beginning in | from as early as
t: until | till | up until | up to
a: to | through | thru
b: between
B: before | prior to
A: after
&: and | or
1: onwards | onward
G 1: ago
q: about | around | some | nearly | almost | over | more than | less than | fewer than | at least
    | approximately | roughly | total of
C: people | men | women | children | troops | police | km | tons | tonnes | percent | soldiers |
    fighters | civilians | families | times | others | homes | houses | refugees | cases | deaths
    | dead | wounded | injured | victims | patients | workers | students | miles | metres | meters
    | militants | rebels | prisoners | detainees | migrants | residents | protesters | casualties
    | votes | cars
h: ah
P: published | published on | posted | posted on | last updated | updated | date
"""

FRENCH: Final = """
y year: an | année
y years: ans | années
u month: mois
u week: semaine
u weeks: semaines
u day: jour
u days: jours
R: aujourd'hui
R -1: hier
R -2: avant-hier
R 1: demain
L -1: dernier | derniere | passe | passee | ecoule | ecoulee
L: cette | courant | ce
L 1: prochain | prochaine
p: en | au cours de | pendant | durant | dans | début | fin | mi | été | hiver | printemps |
    automne | courant | début de | fin de | au début de | à la fin de
k: du | de l' | d' | le
s: depuis | à partir de | à compter de | dès
t: jusqu'en | jusqu'à | jusqu'au | jusque
a: à | au
b: entre
B: avant
A: après
&: et | ou
G 2: il y a
q: environ | plus de | moins de | près de | quelque | quelques | au moins
C: personnes | hommes | femmes | enfants | soldats | morts | blessés | euros | fois | habitants |
    réfugiés | civils | familles | cas | kilomètres
P: publié | publié le | mis à jour | mis à jour le
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
p: im | am | während | Anfang | Mitte | Ende | Sommer | Herbst | Frühjahr | Frühling | zum | in
    den
k: des | vom
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
p: yaz | kış
&: ve | ile | veya
1: beri | bu yana | itibaren
2: kadar | dek
3: önce | öncesi | öncesinde
4: sonra | sonrası | sonrasında
5: arası | arasında | arasındaki
q: yaklaşık | en az | toplam | tam
C: kişi | asker | çocuk | insan | kadın | erkek | kez | bin | milyon | lira | ev | ton | kişinin |
    kişiyi | sivil | mülteci | işçi | öğrenci | sayfa
P: yayınlanma | yayınlanma tarihi | güncelleme
"""

OTHERS: Final = """
y year: año | anno
y years: años | anni
u month: mes | mese
R: hoy | oggi
R -1: ayer | ieri
R 1: mañana | domani
L -1: pasado | pasada | scorso | scorsa
L 1: próximo | próxima | prossimo | prossima
p: nel | nell' | durante | verano | invierno | estate | inverno
k: del | de | di | dell' | d'
s: desde | dal
t: hasta | fino al
a: al
b: tra | fra
B: antes de | prima del
A: después de | dopo | dopo il
&: y | e | o
C: personas | niños | soldados | persone | soldati | bambini
"""

RUSSIAN: Final = """
Q year: год | года | году | годом | г | рік | року | році
Q years: годов | годы | годах | годам | годами | гг | роки | роках
y years: лет | років
u month: месяц | месяца | месяце | місяць | місяця | місяці
u months: месяцев | місяців
u week: неделя | неделю | недели | неделе | тиждень | тижня | тижні
u weeks: недель | тижнів
u day: день | дня
u days: дней | днів | дні
R: сегодня | сьогодні
R -1: вчера | накануне | вчора
R -2: позавчера
R 1: завтра
L -1: прошлый | прошлого | прошлом | прошлая | прошлой | прошлую | прошлое | минувшего | минувшем
    | минувшей | минувшую | минулого | минулому | минулий | минулої
L: этот | этого | этом | этой | эту | нынешнего | нынешнем | текущего | текущем | нынешний | цього
    | цьому
L 1: следующий | следующего | следующем | следующей | следующую | будущего | будущем | наступного
    | наступному
p: в | во | на | летом | зимой | весной | осенью | в начале | в конце | в середине | начале |
    конце | середине | к | у | протягом | в течение | начала | конца | лета | зимы | весны | осени
    | за | від | от
s: с | со | начиная с | з | із | починаючи з
t: до | вплоть до
a: по
b: между | між
B: перед | раньше | ранее
A: после | після
&: и | или | та | і | й | або
G 1: назад | тому назад | тому
q: около | более | менее | примерно | почти | порядка | свыше | не менее | более чем | близько |
    понад
C: человек | людей | детей | солдат | военных | мирных | тонн | рублей | долларов | раз | тысяч |
    миллионов | случаев | граждан | лиц | погибших | раненых | беженцев | боевиков | мигрантов |
    домов | квартир | километров | семей | осіб | дітей
P: опубликовано | дата публикации | обновлено | опубліковано
"""

ARABIC: Final = """
y year: عام | العام | سنة | السنة | للعام | للسنة | سال
y years: عامي | سنتي | أعوام | الأعوام | سنوات | السنوات | سنين | عاما
U year: عامين | سنتين
U month: شهرين
U week: أسبوعين
U day: يومين
u month: شهر | الشهر | للشهر
u months: أشهر | شهور | شهري | شهرا
u week: أسبوع | الأسبوع
u weeks: أسابيع | أسبوعا
u day: يوم | ليلة | مساء | صباح | فجر | ظهر | عصر | نهار | أمسية
u days: يومي | أيام | يوما
R: اليوم | امروز
R -1: أمس | الأمس | بالأمس | البارحة | دیروز
R -2: أول أمس | أمس الأول | أول من أمس
R 1: غدا | الغد | فردا
R 2: بعد غد
L -1: الماضي | الماضية | المنصرم | المنصرمة | الفائت | الفائتة | المنقضي | المنقضية | گذشته | پیش
L: الجاري | الجارية | الحالي | الحالية | هذا | هذه | جاری
L 1: المقبل | المقبلة | القادم | القادمة | آینده
p: في | خلال | أثناء | طوال | مطلع | بداية | أوائل | أواخر | منتصف | نهاية | ختام | بحلول | غضون |
    طيلة | ب | صيف | شتاء | ربيع | خريف | در | الربع الأول | الربع الثاني | الربع الثالث | الربع
    الرابع | النصف الأول | النصف الثاني | الموافق | الموافقة | المصادف
k: من | ل | ماه
s: منذ | مذ | ابتداء من | اعتبارا من | بدءا من | بداية من | از سال
t: حتى | لغاية | وصولا إلى
a: إلى | تا
b: بين | ما بين | فيما بين | بین
B: قبل | قبيل | قبل حلول
A: بعد | عقب
&: و | أو
1: فصاعدا | وما بعده
q: أكثر من | أقل من | نحو | حوالي | قرابة | زهاء | ما يقارب | ما لا يقل عن | يزيد على | يزيد عن |
    تجاوز | بنحو | عدد
C: شخص | شخصا | أشخاص | طفل | طفلا | أطفال | جندي | جنديا | جنود | مقاتل | مقاتلا | مقاتلين | مدني
    | مدنيا | مدنيين | عنصر | عنصرا | امرأة | رجل | رجلا | أسرة | عائلة | لاجئ | لاجئا | نازح |
    نازحا | قتيل | قتيلا | جريح | جريحا | مصاب | مصابا | معتقل | معتقلا | حالة | ألف | آلاف |
    مليون | مليار | منزل | منزلا | مرة | نسمة | ضحية | إصابة | وفاة | موظف | موظفا | عامل | عاملا
    | طالب | طالبا | مهاجر | مهاجرا
g: م | ميلادي | ميلادية | للميلاد
h: هـ | هجري | هجرية | للهجرة
D: الأول | الثاني | الثالث | الرابع | الخامس | الأخير | التالي | نفسه | ذاته | السابق | الأولى |
    الثانية | التالية | السابقة | نفسها | ذاتها | الوطني | العالمي | الدولي | الدراسي | الهجري
E: الأمين | المدير | المدعي | النائب | الرأي | القائد | المفتش | المنسق | السكرتير | المفوض |
    المراقب | القطاع | الأمن | مدير
P: نشر في | تاريخ النشر | تم النشر | نشرت في | آخر تحديث | نشر بتاريخ | تاريخ
"""
