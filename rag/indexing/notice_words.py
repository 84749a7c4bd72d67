"""What notices on web pages say: cookies, newsletters, comment forms, rights; in five languages."""

from __future__ import annotations

from rag.indexing.furniture_words import phrases

# Parts of sentences with which a page speaks of itself or to its reader; two groups of them must meet.
NOTICES = tuple(
    phrases(group)
    for group in (
        # the page, or "we"
        "هذا الموقع|موقعنا|نستخدم|نشرتنا|قائمتنا|this site|this website|our site|our website|we use|"
        "our newsletter|our mailing list|our privacy|этот сайт|наш сайт|нашем сайте|мы используем|"
        "наша рассылка|нашу рассылку|ce site|notre site|nous utilisons|notre newsletter|notre lettre|"
        "bu site|sitemiz|sitemizde|bültenimize|web sitemiz|web sitesi",
        # cookies and consent
        "ملفات تعريف الارتباط|ملفات الارتباط|الكوكيز|كوكيز|سياسة الخصوصية|شروط الاستخدام|سنفترض أنك|"
        "cookies|privacy policy|terms of use|terms of service|terms and conditions|"
        "файлы cookie|куки|политика конфиденциальности|политикой конфиденциальности|"
        "пользовательское соглашение|пользовательского соглашения|"
        "politique de confidentialité|conditions d utilisation|çerez|çerezler|çerezleri|"
        "gizlilik politikası|kullanım koşulları",
        # consent
        "بالاستمرار في|باستخدامك|توافق على|موافق على|قبول|by continuing|by using|you agree|you accept|"
        "you consent|accept all|продолжая|вы соглашаетесь|принимаете|en poursuivant|vous acceptez|"
        "accepter|devam ederek|kabul etmiş|kabul ediyor",
        # subscription
        "اشترك هنا|اشترك في|اشترك الآن|اشتركوا|إلغاء الاشتراك|النشرة البريدية|آخر الأخبار والتحديثات|"
        "subscribe to|sign up for|sign up to|unsubscribe|newsletter|mailing list|get the latest|"
        "подпишитесь|подписывайтесь|отписаться|рассылку|abonnez vous|inscrivez vous|désabonner|"
        "désinscrire|newsletter|abone ol|abone olun|bültenimize|abonelikten",
        # where and when the letters come
        "بريدك|صندوق الوارد|في أي وقت|your inbox|your email|at any time|"
        "на почту|ваш e mail|в любое время|votre boîte|à tout moment|votre adresse|gelen kutunuza|e posta|"
        "istediğiniz zaman",
        # comment forms
        "لن يتم نشر عنوان بريدك|الحقول الإلزامية|احفظ اسمي|التعليقات المنشورة|تعبر عن آراء أصحابها|"
        "تعبر عن رأي|لا تعبر عن|يجب أنت تكون مسجل|"
        "your email address will not be published|required fields are marked|save my name|"
        "you must be logged in|comments are closed|leave a reply|views expressed in comments|"
        "comments do not reflect|"
        "ваш адрес email не будет опубликован|обязательные поля|сохранить моё имя|"
        "чтобы оставить комментарий|мнение редакции может|нашли ошибку|ctrl enter|"
        "votre adresse e mail ne sera pas publiée|votre adresse de messagerie|champs obligatoires|"
        "enregistrer mon nom|les commentaires sont|"
        "e posta adresiniz yayınlanmayacak|gerekli alanlar|adımı e posta",
        # rights
        "جميع الحقوق محفوظة|كل الحقوق محفوظة|حقوق النشر|حقوق الطبع|all rights reserved|copyright|"
        "все права защищены|при использовании материалов|перепечатка|tous droits réservés|"
        "reproduction interdite|tüm hakları saklıdır|izinsiz kopyalanamaz|kaynak gösterilmeden",
        # follow us
        "تابعنا على|تابعونا على|انضم إلى قناتنا|حمل تطبيق|حملوا تطبيق|follow us|join our|download our app|"
        "download the app|подписывайтесь на нас|наш канал|наш telegram|читайте нас|suivez nous|"
        "téléchargez notre|rejoignez|bizi takip|kanalımıza|uygulamamızı",
    )
)
# One of these groups is enough alone: comment forms and rights.
SUFFICIENT = frozenset({5, 6})
