"""Words that web pages are furnished with: labels of buttons, boxes and forms, never story words.

A closed class, in Arabic, English, Russian, French and Turkish; spelling variants are folded by
`lines.key`. Names of outlets, people and places do not belong here. `|` separates phrases.
"""

from __future__ import annotations

from rag.indexing.lines import key


def phrases(text: str) -> frozenset[str]:
    """The folded phrases that `|` separates in `text`."""
    return frozenset(key(phrase) for phrase in text.split("|"))


def _words(text: str) -> frozenset[str]:
    return frozenset(key(word) for word in text.split())


# A line made of these and of GLUE alone is a label.
LABELS = _words("""
    أكمل القراءة القائمة تعليق تعليقا تعليقات التعليقات الوسوم وسوم شارك شاركها مشاركة المشاركة طباعة اطبع إغلاق
    أغلق تخطي بحث ابحث إعلان إعلانات الإعلانات اشترك الاشتراك اشتراك نشرتنا نشرة البريدية الإلكتروني
    المزيد مشاهدة المشاهدات مشاهدات التالي السابق الرئيسية تابعنا تابعونا متابعة انسخ نسخ الرابط
    رابط قراءة اقرأ اقرئي إقرأ شاهد فيديو فيديوهات صور تسجيل الدخول خروج حفظ الإخبارية استمع
    ذات صلة مقالات مواضيع موضوعات أخبار الأكثر يعجبك قبول موافق رفض إرسال أرسل حقوق محفوظة كلمات
    مفتاحية دلالية الكلمات المفتاحية الدلالية علامات العلامات تقييم دقائق دقيقة
    latest update updates menu comment comments tags share shared print email mail newsletter subscribe unsubscribe sign login
    log search close skip advertisement advertisements ad ads sponsored related read reading more most
    popular trending recommended previous next reply replies follow copy link copied save bookmark listen
    watch video videos photos gallery home cookies cookie accept reject settings navigation scroll top
    views likes loading download app register account min minute minutes toggle sidebar
    меню комментарий комментарии комментариев комментария теги метки поделиться поделитесь печать
    распечатать реклама подписаться подпишитесь подписка рассылка поиск закрыть читать читайте также
    ещё еще далее похожие материалы статьи новости популярное главная войти вход выйти регистрация
    наверх видео фото назад вперед вперёд ссылка копировать скопировать ссылку принять отправить
    просмотров просмотры сохранить слушать смотрите
    commentaire commentaires partager partagez imprimer lire suite aussi articles article liés associés
    plus lus abonnez abonner newsletter recherche rechercher fermer publicité accueil connexion
    inscription étiquettes mots clés suivant précédent suivez copier lien haut voir vidéo vidéos photos
    accepter refuser envoyer minutes lecture enregistrer écouter
    menü yorum yorumlar yorumları etiketler paylaş paylaşın yazdır abone ol reklam ara arama kapat
    ilgili haberler haber oku okuyun devamı devamını daha fazla benzer popüler giriş kayıt ana sayfa
    yukarı sonraki önceki takip edin kopyala bağlantıyı gönder kabul ediyorum video galeri foto izle
    kaydet dinle çok okunanlar
    facebook twitter whatsapp telegram instagram youtube linkedin pinterest messenger viber reddit tiktok
    snapchat threads vk rss pdf x
    فيسبوك فيس بوك تويتر واتساب واتس آب تلغرام تيليجرام تليجرام تيلقرام انستغرام إنستغرام يوتيوب لينكدإن ماسنجر
    фейсбук твиттер телеграм телеграме ватсап вконтакте одноклассники
""")

# Function words and page nouns that labels are built with; a line of these alone is no label.
GLUE = _words("""
    على في من إلى الى عبر هذا هذه عن مع قد أيضا ايضا لا لم كل جميع لك قبل بعد أو و ما الخبر المقال
    المقالة الموضوع الصفحة الموقع البريد بريد اترك أضف اكتب رد ردا ب زر الذهاب الأعلى أعلى أسفل جديدة نافذة
    المنشور الأخبار الأول شيوعا قراءات القراءة المحتوى انتقل رأيك
    a an the to on in of by via with this that and or for us our your you may also like up out off it be
    first page post article story stories news leave write add view all show hide via here now back from
    this click open new window content main free daily all read about s
    на в во с к по и или о об для этой этот эту это статье статью новость нас наш наши вас вам может
    может понравиться оставить оставьте добавить показать все по теме о на эту тему самое свой мы
    le la les l un une des du de d à au sur en et ou par pour sa cet cette ce nous notre vos votre vous
    laisser laissez un ajouter poster tout tous toute voir réseaux sociaux les même sujet thème via ici
    page retour ne pourrez intéresser aimer
    bu bir ve veya ile için de da bizi bize sizin yap yapın bırak bırakın ekle yaz göster tüm hepsi haberi
    haberin üzerinde son dakika en başa dön konu makale yazı içeriğe geç konuda
""")

# Navigation sections: labels only beside other furniture, for story sub-headings use them too.
SECTIONS = _words("""
    سياسة اقتصاد رياضة ثقافة فن فنون صحة علوم تكنولوجيا تقنية منوعات محليات عربي دولي عالمي عاجل مقابلات
    آراء رأي تحليلات تقارير تحقيقات البث المباشر مباشر من نحن اتصل بنا العالم العرب الشرق الأوسط
    politics business economy sport sports culture opinion world technology tech science health
    entertainment lifestyle travel local live breaking about contact us subscribe weather
    политика экономика спорт культура общество мир мнения наука технологии происшествия здоровье авто
    politique économie sport culture monde société opinion opinions sciences santé direct international
    siyaset ekonomi spor kültür dünya gündem sağlık teknoloji magazin yaşam eğitim
""")

# A short line that begins with one of these is a row of buttons, even run together with the next label.
BUTTONS = phrases(
    "اشترك في النشرة|اشترك في نشرتنا|اشترك في القائمة|اشترك الآن|اشترك هنا|اشترك في قناتنا|"
    "subscribe to our|subscribe now|sign up for our|sign up now|get our|подпишитесь на наш|подпишитесь на нашу|"
    "abonnez vous à notre|inscrivez vous à notre|bültenimize abone|"
    "اشترك في النشرة|اشترك في نشرتنا|اشترك في القائمة|اشترك الآن|اشترك هنا|اشترك في قناتنا|"
    "subscribe to our|subscribe now|sign up for our|sign up now|get our|подпишитесь на наш|подпишитесь на нашу|"
    "abonnez vous à notre|inscrivez vous à notre|bültenimize abone|"
    "شارك هذا|انضم إلى قناتنا|انضموا إلى قناتنا|حمل تطبيقنا|حملوا تطبيقنا|وقت القراءة|مدة القراءة|"
    "join our|download our app|reading time|estimated reading time|время чтения|temps de lecture|"
    "okuma süresi|kanalımıza katılın|uygulamamızı indirin|присоединяйтесь к нашему|rejoignez notre|"
    "شارك المقال|شارك الخبر|شارك على|شاركها على|تابعنا على|تابعونا على|انشر على|أرسل إلى صديق|"
    "share this|share on|share via|follow us|print this|email this|jump to|skip to|"
    "поделиться в|поделитесь в|поделиться новостью|подписывайтесь на|следите за нами|"
    "partager sur|partager cet|suivez nous|aller au contenu|"
    "bu haberi paylaş|facebook ta paylaş|twitter da paylaş|bizi takip|i̇çeriğe geç"
)

# Whole lines: links at the foot of every page.
FOOTERS = phrases(
    "من نحن|اتصل بنا|تواصل معنا|سياسة الخصوصية|شروط الاستخدام|حول الموقع|أعلن معنا|هيئة التحرير|"
    "about|about us|contact|contact us|privacy|privacy policy|terms|terms of use|terms of service|"
    "cookie policy|advertise|advertise with us|careers|help|faq|site map|sitemap|"
    "о нас|о проекте|контакты|обратная связь|политика конфиденциальности|перейти к содержимому|"
    "пользовательское соглашение|рекламодателям|редакция|"
    "contact|contactez nous|mentions légales|politique de confidentialité|à propos|qui sommes nous|cgu|"
    "plan du site|gestion des cookies|"
    "hakkımızda|i̇letişim|gizlilik politikası|kullanım koşulları|künye|reklam ver"
)

# Before a colon: what follows are tags.
TAG_LABELS = phrases(
    "الوسوم|وسوم|كلمات مفتاحية|الكلمات المفتاحية|كلمات دلالية|الكلمات الدلالية|علامات|تصنيفات|"
    "tags|tag|topics|keywords|filed under|categories|category|"
    "теги|метки|ключевые слова|рубрика|рубрики|темы|"
    "mots clés|étiquettes|thèmes|rubrique|etiketler|konular|kategori|anahtar kelimeler"
)

# A line that begins with one of these refers to another story (after a colon, or on the next line).
CROSS_REFERENCES = phrases(
    "اقرأ أيضا|اقرأ ايضا|إقرأ أيضا|اقرأ المزيد|اقرأ كذلك|اقرؤوا أيضا|اقرأوا أيضا|قد يهمك|قد يهمك أيضا|"
    "قد يعجبك أيضا|طالع أيضا|طالع المزيد|شاهد أيضا|شاهد|مواضيع ذات صلة|مقالات ذات صلة|أخبار ذات صلة|"
    "موضوعات ذات صلة|للمزيد|اقرأ في|انظر أيضا|"
    "read also|also read|read more|read next|see also|related|related story|related stories|"
    "related article|related articles|more on this story|you may also like|you might also like|"
    "recommended|don t miss|watch|watch also|must read|"
    "читайте также|читать также|смотрите также|по теме|материалы по теме|ещё по теме|похожие новости|"
    "также по теме|читайте по теме|подробнее|"
    "lire aussi|à lire aussi|a lire également|lire également|voir aussi|à voir aussi|sur le même sujet|"
    "articles liés|articles associés|en lire plus|"
    "bunu da okuyun|ilgili haber|ilgili haberler|ayrıca okuyun|bunları da okuyun|benzer haberler|"
    "ayrıca bakınız|i̇lgili konular"
)

# A line that begins with one of these is a picture's caption or credit.
CAPTIONS = phrases(
    "صورة من|صورة أرشيفية|صورة تعبيرية|الصورة من|مصدر الصورة|تعليق على الصورة|حقوق الصورة|"
    "photo by|photo credit|photo courtesy|image credit|image source|image caption|picture by|getty images|"
    "file photo|image by|"
    "фото автора|источник фото|источник изображения|подпись к фото|фото из архива|фото из|"
    "crédit photo|crédits photo|photo d illustration|photo d archives|image d illustration|"
    "fotoğraf kaynağı|görsel kaynağı|arşiv fotoğrafı|temsili fotoğraf"
)
CAPTION_LABELS = _words(
    "صورة الصورة تصوير photo photos image picture caption фото снимок иллюстрация légende crédit fotoğraf görsel kare"
)

# Who wrote it: the rest of such a line is a person. The first need no colon or dash after them; the
# others are common words that headlines begin with too.
BYLINES = phrases(
    "كتب|كتبت|بقلم|by|written by|reported by|reporting by|words by|par|rédigé par|écrit par"
)
MARKED_BYLINES = BYLINES | phrases(
    "كتبها|تحرير|إعداد|حرره|ترجمة|أعده|أعدته|تقرير|مراسل|edited by|author|story by|"
    "автор|авторы|текст|подготовил|подготовила|записал|записала|auteur|texte|"
    "yazan|hazırlayan|haber|muhabir|yazar"
)
DESKS = phrases(
    "فريق التحرير|هيئة التحرير|قسم التحرير|أسرة التحرير|غرفة الأخبار|وكالات|متابعات|خاص|تقارير|"
    "editorial team|editorial staff|editorial board|newsroom|news desk|staff|staff writer|staff report|"
    "web desk|agencies|editors|editor|"
    "редакция|отдел новостей|новостной отдел|корреспондент|агентства|"
    "la rédaction|rédaction|la redaction|agences|"
    "haber merkezi|editör|yazı işleri|ajanslar|dış haberler"
)
SOURCES = phrases("المصدر|مصدر|source|sources|источник|источники|kaynak|via")

# Common nouns in the names of outlets: they tell an outlet from a person in "city – name".
OUTLET_NOUNS = _words("""
    بوابة وكالة صحيفة قناة شبكة موقع جريدة مجلة إذاعة راديو تلفزيون نت نيوز بوست برس تايمز أونلاين ميديا
    تي في أخبار الأخبار
    news post times agency press tv radio herald daily journal gazette online network tribune channel
    newspaper magazine media net today weekly
    новости агентство газета портал радио телеканал журнал тв ньюс
    presse journal agence actualités actu quotidien télé
    haberleri ajansı gazetesi gazete radyo televizyonu dergisi
""")

TIMESTAMPS = phrases(
    "تعديل|تعديل في|نشر|نشر في|تأريخ النشر|تم النشر|تم النشر في|تاريخ النشر|آخر تحديث|تحديث|حدث في|نشرت في|"
    "date|date published|published|published on|published at|posted|posted on|updated|last updated|last modified|"
    "опубликовано|обновлено|дата публикации|"
    "publié le|publié|mis à jour|mis à jour le|modifié le|"
    "yayın|yayın tarihi|yayımlandı|yayınlandı|yayınlanma|yayınlanma tarihi|giriş|giriş tarihi|güncelleme|güncelleme tarihi|son güncelleme"
)

# What remains of a post from a social network that was embedded in the page.
EMBEDS = phrases(
    "تم النشر بواسطة|نشر بواسطة|عرض هذا المنشور على|منشور تمت مشاركته بواسطة|"
    "posted by|view this post on|a post shared by|a video posted by|view on|"
    "публикация от|посмотреть эту публикацию в|опубликовано пользователем|"
    "publiée par|publié par|voir cette publication sur|une publication partagée par|"
    "bu gönderiyi|tarafından paylaşıldı|tarafından gönderildi"
)

# Words that stand beside a date on its line.
TIME_WORDS = _words("""
    ص م صباحا مساء الساعة الموافق بتوقيت غرينتش جرينتش غرينيتش القدس مكة القاهرة
    sun mon tue wed thu fri sat дня am pm at h utc gmt est edt bst cet local time of the st nd rd th
    мск г года в часов мин по le à h heure heures saat tsi
""")
UPDATES = phrases(
    "تعديل|تعديل في|آخر تحديث|تحديث|حدث في|updated|last updated|last modified|обновлено|mis à jour|mis à jour le|modifié le|"
    "güncelleme|güncelleme tarihi|son güncelleme"
)

# In brackets on the last line they are no agency.
END_MARKS = phrases("انتهى|يتبع|النهاية|end|ends|more|конец|продолжение следует|fin|à suivre|son")
