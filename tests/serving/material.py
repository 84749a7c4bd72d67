"""Articles that the serving tests show, one of them hostile."""

from datetime import date

from rag.records import Article

HOSTILE = (
    '<img src=x onerror="window.PWNED=1"><script>window.PWNED=2</script> [x](javascript:window.PWNED=3) '
    "![t](http://evil.example/a.png) ${Object.assign(window,{PWNED:4})} `+(window.PWNED=5)+` \\u {{7*7}} "
    '<a href="javascript:window.PWNED=6">l</a> <style>body{display:none}</style> http://evil.example '
    "www.evil.example a@evil.example \u202eمقلوب\u202c <iframe srcdoc='<script>parent.PWNED=7</script>'> "
    "<form action=http://evil.example><input></form> # h\n    code\n- item | --- |"
)
LIBRARY = Article(
    id="library",
    text=(
        "أعلنت بلدية المدينة يوم الاثنين أن المكتبة العامة ستفتح أبوابها من جديد بعد أعمال ترميم دامت سنتين.\n\n"
        "وقالت مديرة المكتبة، هناء سليمان: «بلغت كلفة الترميم ٣٫٢ ملايين، وأضيفت قاعة للأطفال تتسع لـ 120 قارئًا». "
        "وأضافت أنّ الإعـــارة ستكون مجّانية في الشهر الأول، وأن الفهرس الإلكتروني (OPAC 2.0) صار متاحًا.\n\n"
        "ويأتي الافتتاح بعد تأخير تسبّب فيه نقص مواد البناء، وفق ما ذكرته البلدية في بيان سابق، "
        "إذ كان مقررًا أن تنتهي الأعمال في خريف السنة الماضية. ومن المنتظر أن يحضر الافتتاح كتّاب وناشرون من المنطقة كلها."
    ),
    title="المكتبة العامة تفتح أبوابها بعد سنتين من الترميم",
    published=date(2021, 9, 14),
    published_origin="front matter",
    source="صحيفة الضفة",
    url="https://news.example/library",
    language="ar",
)
BRIDGE = Article(
    id="bridge/2021 «ج»",
    text=(
        "The river bridge was closed on Tuesday for inspection. Engineers found cracks in two of its "
        "eleven piers, the transport office said. Buses will use the northern road until March."
    ),
    title="Bridge closed after cracks are found",
    published=date(2020, 2, 3),
    published_origin="text",
    source=None,
    language="en",
)
FERRY = Article(
    "ferry", "Паром возобновил рейсы в среду. Билет стоит 40 рублей, сообщили в порту.",
    "Паром снова ходит", source="Речной вестник", language="ru",
)  # fmt: skip
MARKET = Article(
    "market", "افتُتح السوق الجديد وسط المدينة بحضور التجار. وقال رئيس الغرفة إن السوق يضم 200 متجر.",
    "افتتاح السوق الجديد", date(2019, 3, 19), "metadata", "صوت النهر", language="ar",
)  # fmt: skip
EVIL = Article(
    id='evil"><script>window.PWNED=8</script>',
    text=f"قبل النص. {HOSTILE} بعد النص.",
    title=f"عنوان {HOSTILE}",
    source=HOSTILE,
    url="javascript:window.PWNED=9",
    language='ar" onmouseover="window.PWNED=10',
    author=HOSTILE,
)
ARTICLES = [LIBRARY, BRIDGE, MARKET, FERRY, EVIL]
