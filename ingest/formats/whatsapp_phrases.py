"""What WhatsApp itself writes in the place of a message, in the languages it is exported in.

Data only. These are compared with whole bodies, never searched for inside one: "I added salt and
left it" is a message. A placeholder in a language that is missing here is still told by its marks
(U+200E, angle brackets) in `whatsapp.py`.
"""

MEDIA_OMITTED = """
Media omitted|Medien ausgeschlossen|Medien weggelassen|Multimedia omitido|Archivo omitido
Arquivo de mídia oculto|Mídia oculta|Ficheiro não revelado|Média omis|Médias omis|Fichier omis
Media omessi|Media weggelaten|Pominięto multimedia|pominięto|Plik pominięty|Без медиафайлов
Файл пропущен|Без медіафайлів|Пропущено медіа|Medya dahil edilmedi|Medya atlanmış
Media utelämnad|Media har utelämnats|Mediet ble utelatt|Medier utelatt|Mediefil udeladt
Media er udeladt|Media jätettiin pois|Média vynechány|Média vynechané|Hiányzó médiafájl
Media omise|Fișier media omis|Fără fișiere media|Медията е пропусната|Izostavljen medijski zapis
Izostavljeni mediji|Медији су изостављени|Τα πολυμέσα παραλείφθηκαν|Εξαίρεση πολυμέσων
المرفقات محذوفة|تم استبعاد الوسائط|تم حذف الوسائط|המדיה לא נכללה|המדיה הושמטה|رسانه حذف شد
پیوست نما حذف شد|मीडिया के बिना|मीडिया शामिल नहीं किया गया|メディアなし
メディアは含まれていません|미디어 파일을 생략한 대화내용|미디어 파일 제외됨|미디어 생략
媒体文件已忽略|省略多媒体文件|已省略媒體檔案|忽略多媒體檔|省略媒体文件|省略影音内容
ไม่รวมไฟล์สื่อ|สื่อถูกลบ|Media tidak disertakan|Media tidak dimasukkan|Tệp media bị bỏ qua
Bỏ qua media|Mitjans omesos|Fitxer multimèdia omès|Media dihapus|Meedia ära jäetud
Mediji izpuščeni|Medijs izlaists|Failas praleistas|Multimedia ezkutatua
Arquivo multimedia omitido|Video note omitted|View once voice message omitted
"""

OMITTED_KINDS = """
image omitted|video omitted|audio omitted|GIF omitted|sticker omitted|document omitted
Contact card omitted|video note omitted|view once message omitted|Bild weggelassen
Video weggelassen|Audio weggelassen|GIF weggelassen|Sticker weggelassen|Dokument weggelassen
Kontaktkarte weggelassen|Videonachricht weggelassen|imagen omitida|video omitido|audio omitido
GIF omitido|sticker omitido|documento omitido|Tarjeta de contacto omitida|imagem ocultada
vídeo omitido|áudio ocultado|imagem omitida|áudio omitido|figurinha omitida|GIF omitida
documento omitida|Cartão do contato omitido|image absente|vidéo absente|audio omis|image omise
vidéo omise|GIF retiré|sticker omis|document manquant|Fiche contact absente|immagine omessa
video omesso|audio omesso|GIF esclusa|sticker non incluso|documento omesso
scheda contatto omessa|afbeelding weggelaten|video weggelaten|audio weggelaten|GIF weggelaten
sticker weggelaten|document weggelaten|Contactkaart weggelaten|изображение отсутствует
изображение опущено|видео отсутствует|видео опущено|аудиофайл отсутствует|аудио опущено
GIF отсутствует|стикер отсутствует|документ отсутствует|görüntü dahil edilmedi
video dahil edilmedi|ses dahil edilmedi|GIF dahil edilmedi|çıkartma dahil edilmedi
belge dahil edilmedi|bild utelämnad|video utelämnad|ljud utelämnat|obraz pominięty
film pominięty|image omitted.|圖片已略去|影片已略去|音訊已略去|貼圖已忽略|文件已略去|图像已忽略
图片已忽略|视频已忽略|视频已省略|音频已忽略|音频已省略|贴图已忽略|文档已忽略|GIF已忽略
画像は省略されました|ビデオは省略されました|音声は省略されました|스티커 생략됨|사진 생략됨
동영상 생략됨|음성 생략됨
"""

DELETED = """
This message was deleted|You deleted this message|This message was deleted by admin
Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht|Eliminaste este mensaje
Se eliminó este mensaje|Este mensaje fue eliminado|Mensagem apagada|Esta mensagem foi apagada
Você apagou esta mensagem|Apagou esta mensagem|Ce message a été supprimé
Vous avez supprimé ce message|Questo messaggio è stato eliminato|Hai eliminato questo messaggio
Dit bericht is verwijderd|U hebt dit bericht verwijderd|Je hebt dit bericht verwijderd
Данное сообщение удалено|Вы удалили данное сообщение|Сообщение удалено|Вы удалили это сообщение
Це повідомлення було видалено|Ви видалили це повідомлення|Ta wiadomość została usunięta
Usunięto tę wiadomość|Wiadomość usunięta|Bu mesaj silindi|Bu mesajı sildiniz
Detta meddelande raderades|Meddelandet togs bort|Du tog bort det här meddelandet
Denne meldingen ble slettet|Du slettet denne meldingen|Denne besked blev slettet
Du slettede denne besked|Tämä viesti poistettiin|Poistit tämän viestin|Poistit viestin
Tato zpráva byla odstraněna|Tuto zprávu jste odstranili|Odstránili ste túto správu
Táto správa bola odstránená|Ezt az üzenetet törölték|Törölted ezt az üzenetet
Acest mesaj a fost șters|Ați șters acest mesaj|Ova je poruka izbrisana|Izbrisali ste ovu poruku
Το μήνυμα διαγράφηκε|Διαγράψατε αυτό το μήνυμα|تم حذف هذه الرسالة|حذفتَ هذه الرسالة
הודעה זו נמחקה|מחקת הודעה זו|ההודעה נמחקה|این پیام حذف شده است|यह मैसेज हटा दिया गया है
यह संदेश मिटाया गया था|आपने यह मैसेज हटा दिया|このメッセージは削除されました
このメッセージを削除しました|삭제된 메시지입니다|이 메시지를 삭제했습니다|메시지를 삭제했습니다
这条消息已删除|你已删除这条消息|您已删除这条消息|此消息已被删除|這則訊息已刪除|此訊息已被刪除
你已刪除這則訊息|您已刪除此訊息|ข้อความนี้ถูกลบแล้ว|คุณลบข้อความนี้แล้ว|Pesan ini telah dihapus
Anda menghapus pesan ini|Mesej ini telah dipadam|Tin nhắn này đã bị xóa|Bạn đã xóa tin nhắn này
S'ha eliminat aquest missatge|Heu eliminat aquest missatge
"""

EDITED = """
This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje.
Se editó este mensaje|Mensagem editada|Esta mensagem foi editada|Ce message a été modifié
Questo messaggio è stato modificato|Dit bericht is bewerkt|Bu mesaj düzenlendi
Данное сообщение изменено|Сообщение изменено|Ta wiadomość została zedytowana|Wiadomość edytowana
Meddelandet redigerades|Denne meldingen ble redigert|Denne besked blev redigeret
Viestiä muokattiin|תם עריכת ההודעה|ההודעה נערכה|تم تعديل هذه الرسالة|यह मैसेज एडिट किया गया
このメッセージは編集されました|이 메시지는 수정되었습니다|这条消息已编辑|此消息已编辑
這則訊息已編輯|此訊息已編輯|Pesan ini diedit|Tin nhắn này đã được chỉnh sửa
"""

CALLS = """
Missed voice call|Missed video call|Missed group voice call|Missed group video call|Voice call
Video call|Verpasster Sprachanruf|Verpasster Videoanruf|Llamada perdida|Videollamada perdida
Llamada perdida de voz|Chamada de voz perdida|Chamada de vídeo perdida|Ligação de voz perdida
Appel vocal manqué|Appel vidéo manqué|Chiamata vocale persa|Videochiamata persa
Gemiste spraakoproep|Gemiste video-oproep|Gemist videogesprek|Пропущенный аудиозвонок
Пропущенный видеозвонок|Cevapsız sesli arama|Cevapsız görüntülü arama|未接语音通话|未接视频通话
未接語音來電|未接視訊來電
"""

WAITING = """
Waiting for this message. This may take a while.|Waiting for this message|null|
Auf diese Nachricht wird gewartet. Dies kann eine Weile dauern.
Esperando el mensaje. Esto puede tomar tiempo.
Aguardando mensagem. Essa ação pode levar alguns instantes.
"""

FILE_ATTACHED = """
file attached|Datei angehängt|archivo adjunto|arquivo anexado|ficheiro anexado|fichier joint
file allegato|bestand bijgevoegd|файл добавлен|файл прикреплён|файл прикреплен|plik załączony
dosya ekli|bifogad fil|fil vedlagt|fil vedhæftet|liitetiedosto|připojený soubor|priložený súbor
fájl csatolva|fișier atașat|συνημμένο αρχείο|ملف مرفق|קובץ מצורף|फ़ाइल संलग्न|添付ファイル
파일 첨부됨|文件附件|附件|檔案附件|ไฟล์ที่แนบมา|file terlampir|tệp đính kèm|fitxer adjunt
fitxer adjuntat
"""

NOTICES = """
created group|created this group|created the group|added you|added|left|removed
changed the subject|changed this group's icon|changed the group description
joined using this group's invite link|changed their phone number|is a contact|hat die Gruppe
hat dich hinzugefügt|creó el grupo|te añadió|criou o grupo|criou este grupo|a créé le groupe
ha creato il gruppo|heeft de groep|создал|grubu oluşturdu|建立了群組|创建了群组
がグループを作成しました|님이 그룹을 만들었습니다
"""

TITLES = (
    r"WhatsApp Chat (?:with|mit|-) (?P<t>.+)",
    r"Chat (?:de )?WhatsApp con (?P<t>.+)",
    r"Conversa do WhatsApp com (?P<t>.+)",
    r"Conversa no WhatsApp com (?P<t>.+)",
    r"Discussion WhatsApp avec (?P<t>.+)",
    r"WhatsApp-chat met (?P<t>.+)",
    r"WhatsApp-?chatt? med (?P<t>.+)",
    r"Чат WhatsApp с(?: контактом)? (?P<t>.+)",
    r"Czat WhatsApp z (?P<t>.+)",
    r"(?P<t>.+) ile WhatsApp Sohbeti",
    r"[与與](?P<t>.+?) ?的 ?WhatsApp ?(?:聊天(?:记录)?|對話)",
    r"(?P<t>.+)との ?WhatsApp ?(?:チャット|トーク)",
)


def phrases(table: str) -> frozenset[str]:
    """The phrases of one of the tables above."""
    return frozenset(part for line in table.strip().split("\n") for part in line.split("|") if part)
