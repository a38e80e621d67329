"""The words that mail programs put around other people's mails, in the languages they speak.

Alternatives of regular expressions, matched without regard to case.
"""

WROTE = "|".join(
    (
        r"\bwrote\b|\bschrieb\b|\bhat (?:\w+ )?geschrieben\b|\ba écrit\b|\bécrit\b|\bescribió\b",
        r"\bescribi[oó]\b|\bha scritto\b|\bescreveu\b|\bschreef\b|\bheeft .{1,80} geschreven\b",
        r"\bskrev\b|\bskreiv\b|\bkirjoitti\b|\bnapisał|\bpisze\b|\bnapsal|\bnapísal|\bje napisal",
        r"\bezt írta\b|\bírta\b|\ba scris\b|\bnapisao\b|\bnapisala\b|написа|пишет",
        r"\bпише\b|έγραψε|yazdı|\bva escriure\b|\bescriviu\b|\bmenulis\b|đã viết|เขียน|写道|寫道",
        r"のメッセージ|のメール|님이 작성|작성|כתב|كتب|लिखा",
    )
)

ON = (
    "on|am|le|el|il|em|op|den|på|w dniu|dnia|dne|dňa|a|vào|pada|в|от|στις|tarihinde|在"
    "|mon|tue|wed|thu|fri|sat|sun|ma|ti|ke|to|pe|la|su|mån|tis|ons|tors|fre|lör|sön"
)
"""How an introduction begins: the word in front of its date, or a weekday."""

ORIGINALS = "|".join(
    (
        r"original message|original appointment|reply message|ursprüngliche nachricht",
        r"originalnachricht|urspr\. nachricht|message d['’]origine|message original",
        r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht",
        r"oprindelig meddelelse|oprindelig besked|opprinnelig melding|ursprungligt meddelande",
        r"alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva",
        r"eredeti üzenet|mesaj original|исходное сообщение|оригинальное сообщение",
        r"orijinal mesaj|原始邮件|邮件原件|原始郵件|元のメッセージ|원본 메시지",
    )
)

FORWARDS = "|".join(
    (
        r"forwarded message|begin forwarded message|weitergeleitete nachricht",
        r"anfang der weitergeleiteten (?:nachricht|e-mail)|message transféré",
        r"début du message (?:réexpédié|transféré)|mensaje reenviado|inicio del mensaje reenviado",
        r"messaggio inoltrato|inizio messaggio inoltrato|mensagem encaminhada",
        r"início da mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht",
        r"begin doorgestuurd bericht|videresendt (?:besked|meddelelse|melding)",
        r"vidarebefordrat (?:meddelande|mejl)|välitetty viesti|przekazana wiadomość",
        r"treść przekazanej wiadomości|пересылаемое сообщение|转发的邮件|转发邮件|轉寄郵件",
        r"転送メッセージ|전달된 메시지",
    )
)

FROM = (
    "from|von|de|da|van|fra|från|lähettäjä|od|от|от кого|gönderen|kimden"
    "|发件人|寄件者|差出人|보낸 사람|보낸사람"
)

HEADERS = "|".join(
    (
        "sent|date|to|cc|bcc|subject|importance|reply-to",
        "gesendet|datum|an|betreff|antwort an|wichtigkeit",
        "envoyé|à|objet|enviado(?: el)?|enviada(?: em)?|fecha|para|asunto|assunto",
        "inviato|data|oggetto|a|verzonden|aan|onderwerp",
        "sendt|dato|til|emne|skickat|till|ämne|lähetetty|vastaanottaja|aihe|päivämäärä",
        "wysłano|do|dw|temat|odesláno|komu|předmět|elküldve|címzett|tárgy",
        "отправлено|дата|кому|тема|копия|tarih|kime|konu",
        "发送时间|日期|收件人|抄送|主题|寄件日期|收件者|副本|主旨",
        "送信日時|宛先|件名|보낸 날짜|받는 사람|제목",
    )
)

SENT_FROM = "|".join(
    (
        r"sent (?:from|via|with|using) .{2,60}|get outlook for .{2,80}|sent by .{2,30} app",
        r"von meinem .{2,40} gesendet|gesendet (?:von|mit|über) .{2,60}|outlook für .{2,60}",
        r"diese nachricht wurde von meinem .{2,80} gesendet|holen sie sich outlook für .{2,60}",
        r"envoyé (?:de|depuis|à partir de|avec) .{2,60}|télécharger outlook pour .{2,60}",
        r"enviado (?:desde|do|da|a partir do|con) .{2,60}|obtener outlook para .{2,60}",
        r"inviato da(?:l)? .{2,60}|scarica outlook per .{2,60}",
        r"(?:verzonden|verstuurd) (?:vanaf|met|via) .{2,60}|outlook voor .{2,60} downloaden",
        r"sendt fra .{2,60}|skickat från .{2,60}|lähetetty .{2,60}|wysłan[eoy] z .{2,60}",
        r"odesláno z .{2,60}|отправлено (?:с|из) .{2,60}|.{2,30} cihazımdan gönderildi",
        r"发自我的\s?.{2,30}|從我的.{2,30}傳送|.{2,20}から送信|나의 .{2,20}에서 보냄",
    )
)
