# Deutsch, in der Du-Form.

## Units and numbers

unit-byte = { $n } B
unit-kilobyte = { $n } kB
unit-megabyte = { $n } MB
unit-gigabyte = { $n } GB
unit-second = { $n } s
unit-minute = { $n } min
unit-hour = { $n } h
unit-unlimited = unbegrenzt

## What can go wrong: one sentence for every code of services/problems.py

problem-empty_file = Diese Datei ist leer. Bitte schick sie noch einmal; vielleicht ging sie unterwegs verloren.
problem-unreadable_audio = Ich konnte darin keinen Ton lesen. WAV, MP3, FLAC, M4A, OGG und AIFF funktionieren, ebenso der Ton der meisten Videos.
problem-unsupported_format =
    { KNOWN($format) ->
        [yes] Das Format „{ $format }“ kann ich nicht öffnen.
       *[no] Dieses Format kann ich nicht öffnen.
    } WAV, MP3, FLAC, M4A, OGG und AIFF funktionieren, auch der Ton der meisten Videos; bitte schick eines davon.
problem-playlist = Das ist eine Liste von Links und keine Aufnahme. Bitte schick die Audiodatei selbst.
problem-no_sound_there = In dieser Nachricht ist keine Aufnahme. Nimm eine mit Sprachnachricht, Audiodatei oder Video.
problem-no_sound = In dieser Datei ist kein Ton, also gibt es nichts zu säubern. Bitte schick eine mit Tonspur.
problem-truncated = Diese Datei bricht mittendrin ab. Bitte schick sie noch einmal vollständig.
problem-too_many_channels =
    { KNOWN($channels) ->
        [yes] Diese Datei hat { $channels } Kanäle; ich komme mit höchstens { KNOWN($limit) ->
            [yes] { $limit }
           *[no] 16
        } zurecht.
       *[no] Diese Datei hat mehr Kanäle, als ich verarbeiten kann.
    } Bitte mische sie auf Stereo herunter oder teile sie auf und schick sie dann noch einmal.
problem-too_large =
    { KNOWN($size) ->
        [yes] { KNOWN($limit) ->
            [yes] Diese Datei hat { SIZE($size, up: 1) }; hier sind höchstens { SIZE($limit) } erlaubt.
           *[no] Mit { SIZE($size) } ist diese Datei hier zu groß.
        }
       *[no] { KNOWN($limit) ->
            [yes] Diese Datei hat mehr als die { SIZE($limit) }, die hier erlaubt sind.
           *[no] Diese Datei ist hier zu groß.
        }
    } Ein kürzerer Ausschnitt oder ein komprimiertes Format wie MP3 passt.
problem-too_large_here =
    { KNOWN($size) ->
        [yes] Diese Datei hat { SIZE($size, up: 1) }
       *[no] Diese Datei ist zu groß
    }; dieser Chat gibt Bots nur Dateien bis { SIZE($limit) }. { KNOWN($url) ->
        [yes] Schick eine kleinere, etwa als MP3 oder Sprachnachricht, oder lade sie unter { LINK($url) } hoch.
       *[no] Schick eine kleinere, etwa als MP3 oder Sprachnachricht; wer diesen Bot betreibt, kann die Grenze mit einem eigenen Bot-API-Server aufheben.
    }
problem-too_long =
    { KNOWN($seconds) ->
        [yes] { KNOWN($limit) ->
            [yes] Diese Datei dauert { DURATION($seconds, up: 1) }; hier sind höchstens { DURATION($limit) } erlaubt.
           *[no] Mit { DURATION($seconds) } ist diese Datei hier zu lang.
        }
       *[no] { KNOWN($limit) ->
            [yes] Diese Datei dauert länger als die { DURATION($limit) }, die hier erlaubt sind.
           *[no] Diese Datei ist hier zu lang.
        }
    } Bitte schneide sie und schick die Teile einzeln.
problem-too_short =
    Diese Aufnahme ist zu kurz. Ich brauche mindestens eine zwanzigstel Sekunde Ton.
problem-bad_range =
    { KNOWN($seconds) ->
        [yes] Der Teil von „from“ bis „to“ liegt nicht in dieser Aufnahme, die { DURATION($seconds) } dauert.
       *[no] Der Teil von „from“ bis „to“ liegt nicht in dieser Aufnahme.
    } Schreib Zeiten wie 1:20 oder 95, mit „from“ vor „to“.
problem-no_file = Dafür brauche ich eine Aufnahme. Häng eine Audiodatei, eine Sprachnachricht oder ein Video an oder antworte auf eine solche Nachricht.
problem-not_a_file =
    { KNOWN($path) ->
        [yes] { $path } ist keine Datei.
       *[no] Diese Datei gibt es nicht.
    } Bitte prüfe den Namen; von einem Ordner nenne die Dateien darin.
problem-cannot_write =
    { KNOWN($reason) ->
        [yes] Das Ergebnis lässt sich dort nicht speichern: { $reason }.
       *[no] Das Ergebnis lässt sich dort nicht speichern.
    } Bitte schaffe Platz oder wähle mit --out einen anderen Ordner.
problem-file_gone = Die Aufnahme ist nicht mehr da: Sie wurde gelöscht oder ihre Zeit war um. Bitte schick sie noch einmal.
problem-file_and_link = Hier kamen eine Datei und ein Link, und ich weiß nicht, was davon gemeint ist. Bitte schick es noch einmal mit einem von beiden.
problem-link_refused = Diesen Link öffne ich nicht: Es gehen nur öffentliche Adressen, die mit https:// oder http:// beginnen. Bitte schick die Aufnahme als Datei.
problem-link_gone = Unter diesem Link liegt nichts, oder er ist nur für andere offen. Bitte prüf ihn, oder schick die Aufnahme als Datei.
problem-link_no_sound = Dieser Link führt zu einer Webseite, nicht zu einer Aufnahme. Bitte nimm den Link zur Audiodatei selbst, oder schick die Datei.
problem-link_down = Hinter diesem Link antwortet niemand. Bitte versuch es später noch einmal, oder schick die Aufnahme als Datei.
problem-bad_option =
    { KNOWN($value) ->
        [yes] „{ $value }“ passt nicht zur Option „{ OPTION($option) }“.
       *[no] { KNOWN($word) ->
            [yes] „{ $word }“ verstehe ich hier nicht.
           *[no] Eine der Optionen habe ich nicht verstanden.
        }
    } { KNOWN($nearest) ->
        [yes] Meintest du „{ $nearest }“?
       *[no] { KNOWN($example) ->
            [yes] { KNOWN($least) ->
                [yes] Es geht { $least } bis { $most }, zum Beispiel „{ $example }“.
               *[no] { KNOWN($most) ->
                    [yes] Höchstens { $most } gehen zusammen, zum Beispiel „{ $example }“.
                   *[no] Zum Beispiel „{ $example }“.
                }
            }
           *[no] { KNOWN($choices) ->
                [yes] Es geht: { $choices }.
               *[no] /help zeigt, was geht.
            }
        }
    }
problem-unknown_command =
    { KNOWN($name) ->
        [yes] Den Befehl „{ $name }“ kenne ich nicht.
       *[no] { KNOWN($word) ->
            [yes] Den Befehl „{ $word }“ kenne ich nicht.
           *[no] Diesen Befehl kenne ich nicht.
        }
    } { KNOWN($nearest) ->
        [yes] Meintest du /{ $nearest }?
       *[no] /help zeigt, was ich kann.
    }
problem-not_yours = Das gehört jemand anderem; nur diese Person kann das tun. Schick eine eigene Aufnahme, und ich fange damit an.
problem-not_yet = Das wird gerade in diesem Moment geschickt. Bitte versuch es noch einmal, wenn es da ist.
problem-under_way = Das läuft schon; das Ergebnis kommt gleich.
problem-too_large_together = Alle Dateien zusammen sind zu groß für diesen Chat, deshalb kommen sie nur einzeln.
problem-unknown_person = Ich weiß nicht, wer „{ $name }“ ist. Antworte mit dem Befehl auf eine Nachricht von dieser Person, oder nenne ihre Nummer.
problem-not_admin = Das können nur die, die diesen Ort verwalten. Frag dort nach.
problem-nothing_set = Sag dazu, was es sein soll: { $choices }.
problem-not_watched = Hier kann ich nicht einem ganzen Kanal zuhören. Wer diesen Bot betreibt, kann es mit UNDERTONE_DISCORD__AUTO_CLEAN=true erlauben; dafür braucht es in Discords Entwicklerportal den „Message Content Intent“.
problem-no_such_job = Diesen Auftrag finde ich nicht. Vielleicht war seine Zeit um; /jobs zeigt, was noch da ist.
problem-too_many_jobs =
    { KNOWN($limit) ->
        [yes] { $limit ->
            [0] Hier wird an keiner Aufnahme gearbeitet: Wer diesen Ort verwaltet oder diesen Bot betreibt, hat es so eingestellt und kann es ändern.
            [one] Du hast schon einen Auftrag in Arbeit, mehr geht hier nicht zugleich. Bitte warte, bis er fertig ist, oder brich ihn mit /cancel ab.
           *[other] Du hast schon { $limit } Aufträge in Arbeit, mehr geht hier nicht zugleich. Bitte warte, bis einer fertig ist, oder brich einen mit /cancel ab.
        }
       *[no] Du hast schon so viele Aufträge in Arbeit, wie hier zugleich erlaubt sind. Bitte warte, bis einer fertig ist, oder brich einen mit /cancel ab.
    }
api-no_such_job = Diesen Auftrag gibt es nicht. Vielleicht war seine Zeit um.
api-not_offered = Das gibt es hier nicht. Wer diesen Server betreibt, kann es ergänzen.
api-consent_needed = Das kann nur ein Dienst außerhalb ({ LIST($engines) }), und Aufnahmen dieses Schlüssels gehen nicht dorthin. Wer diesen Server betreibt, kann das mit UNDERTONE_PROVIDERS__CONSENT=given erlauben.
api-too_many_jobs =
    { KNOWN($limit) ->
        [yes] { $limit ->
            [0] Der Plan dieses Schlüssels erlaubt keine Aufträge. Wer diesen Server betreibt, kann das ändern.
            [one] Dieser Schlüssel hat schon einen Auftrag in Arbeit, mehr erlaubt sein Plan nicht zugleich. Warte, bis er fertig ist, oder lösche ihn.
           *[other] Dieser Schlüssel hat schon { $limit } Aufträge in Arbeit, mehr erlaubt sein Plan nicht zugleich. Warte, bis einer fertig ist, oder lösche einen.
        }
       *[no] Dieser Schlüssel hat schon so viele Aufträge in Arbeit, wie sein Plan erlaubt. Warte, bis einer fertig ist, oder lösche einen.
    }
api-quota_spent = Das braucht mehr Minuten, als der Plan dieses Schlüssels noch hat: { NUMBER($left, maximumFractionDigits: 1) } von { NUMBER($minutes, maximumFractionDigits: 1) }.
problem-quota_spent =
    { KNOWN($left) ->
        [yes] { $minutes ->
            [0] { $whose ->
                [person] Dir
                [guests] Gästen
                [visitors] Allen, die mich von anderswo benutzen,
                [space] Diesem Ort
               *[installation] Dieser Installation
            } sind keine Minuten gegeben, deshalb geht hier nichts. Wer sich darum kümmert, kann das ändern.
           *[other] Für diese Aufnahme reichen die Minuten nicht, die { $whose ->
                [person] du noch hast
                [guests] Gäste hier noch haben
                [visitors] alle noch haben, die mich von anderswo benutzen
                [space] hier noch frei sind
               *[installation] diese Installation noch hat
            }: { NUMBER($left, maximumFractionDigits: 1) } von { NUMBER($minutes, maximumFractionDigits: 1) }.
        }
       *[no] Für diese Aufnahme sind nicht genug Minuten übrig. /usage zeigt, was übrig ist.
    }{ KNOWN($date) ->
        [yes] {" "}Am { DATE($date) } sind es wieder alle.
       *[no] {""}
    }
problem-banned = Du kannst mich hier nicht benutzen. Das haben die entschieden, die sich um diesen Ort kümmern; sie können es ändern.
problem-not_in_channel = In diesem Kanal arbeite ich nicht. Wer sich um diesen Ort kümmert, hat andere gewählt; /settings channels zeigt dort, welche.
problem-not_let_in = Hier können mich nur bestimmte Leute benutzen, und du gehörst nicht dazu. Wer sich um diesen Ort kümmert, kann das ändern.
problem-cooldown =
    { KNOWN($seconds) ->
        [yes] Du hast gerade erst etwas geschickt. Bitte warte { DURATION($seconds, up: 1) } und schick es noch einmal.
       *[no] Du hast gerade erst etwas geschickt. Bitte warte etwas und schick es noch einmal.
    }
problem-not_admitted = Wer diesen Bot betreibt, bietet ihn nur an bestimmten Orten an, und dieser gehört nicht dazu. Dort lässt sich das ändern.
problem-not_in_plan =
    { KNOWN($operation) ->
        [yes] „{ CHOICE($operation) }“ gehört nicht zu dem, was dieser Ort bekommen hat. Wer diesen Bot betreibt, kann das ändern.
       *[no] Das gehört nicht zu dem, was dieser Ort bekommen hat. Wer diesen Bot betreibt, kann das ändern.
    }
problem-not_confirmed = Niemand hat dem Preis rechtzeitig zugestimmt, also ist nichts geschehen und nichts verbraucht. Schick es noch einmal, wenn du es möchtest.
problem-no_channels = Hier gibt es keine Kanäle oder Themen, die sich unterscheiden ließen. Lass das weg oder mach es dort, wo es welche gibt.
problem-too_many_kept =
    { KNOWN($limit) ->
        [yes] Mehr als { NUMBER($limit) } davon kann ich nicht aufheben.
       *[no] Mehr davon kann ich nicht aufheben.
    } Nimm etwas weg, das niemand mehr braucht, und versuch es noch einmal.
problem-no_settings = Häng die Datei an, die /settings export gemacht hat, oder antworte mit /settings import auf eine Nachricht, in der sie steckt.
problem-bad_settings =
    { KNOWN($where) ->
        [yes] Diese Einstellungen sind nicht brauchbar: Mit „{ $where }“ stimmt etwas nicht. Geändert wurde nichts.
       *[no] Das ist keine Datei mit meinen Einstellungen. /settings export macht eine. Geändert wurde nichts.
    }
problem-cancelled = Abgebrochen. Mit dieser Aufnahme geschieht nichts mehr.
problem-withdrawn = Gelöscht, während daran gearbeitet wurde. Nichts davon bleibt erhalten.
problem-not_offered =
    { KNOWN($missing) ->
        [yes] { $missing } kann ich hier nicht abtrennen. Was geht: { $served }.
       *[no] { KNOWN($operation) ->
            [yes] „{ CHOICE($operation) }“ geht hier so nicht.
           *[no] Das geht hier so nicht.
        }
    } /help zeigt, was es gibt; wer diesen Bot betreibt, kann mehr einrichten.
problem-consent_needed = Das kann nur ein Dienst außerhalb ({ LIST($engines) }), und Aufnahmen von hier gehen nicht dorthin. Wer sich um diesen Ort kümmert, kann das mit /settings set local_only off erlauben.
problem-provider_busy = Der Dienst, der das verarbeitet, hat gerade zu viel zu tun. Du hast deine Minuten zurück; bitte versuch es in ein paar Minuten noch einmal.
problem-provider_down =
    { KNOWN($tries) ->
        [yes] Der Dienst, der das verarbeitet, hat nach { $tries ->
            [one] einem Versuch
           *[other] { $tries } Versuchen
        } nicht geantwortet.
       *[no] Der Dienst, der das verarbeitet, hat nicht geantwortet.
    } Du hast deine Minuten zurück; bitte versuch es später noch einmal.
problem-provider_silent = Der Dienst, der das verarbeitet, hat die Aufnahme angenommen und nie zurückgegeben. Du hast deine Minuten zurück; bitte versuch es später noch einmal.
problem-provider_unsure = Der Dienst, der das verarbeitet, hat nicht gesagt, ob er die Aufnahme hat; deshalb habe ich sie nicht noch einmal geschickt. Du hast deine Minuten zurück; bitte versuch es später noch einmal.
problem-provider_lacks =
    { KNOWN($missing) ->
        [yes] { $missing } kann der Dienst nicht abtrennen. Was geht: { $served }.
       *[no] Der Dienst kann nicht alles abtrennen, was du willst.
    } Du hast deine Minuten zurück; lass das weg und schick es noch einmal.
problem-provider_too_large =
    { KNOWN($limit) ->
        [yes] Auch komprimiert ist diese Aufnahme größer als die { SIZE($limit) }, die der Dienst annimmt.
       *[no] Diese Aufnahme ist größer, als der Dienst annimmt.
    } Du hast deine Minuten zurück; ein kürzerer Teil passt.
problem-provider_too_long = Diese Aufnahme ist länger, als der Dienst annimmt. Du hast deine Minuten zurück; ein kürzerer Teil passt.
problem-provider_failed = Diese Aufnahme ließ sich nicht verarbeiten. Du hast deine Minuten zurück; mit einem anderen Dateiformat oder einem kürzeren Teil kann es gehen.
problem-result_gone = Das Ergebnis war weg, bevor ich es holen konnte. Du hast deine Minuten zurück; bitte schick die Aufnahme noch einmal.
problem-provider_credit = Das Guthaben beim Dienst, der das verarbeitet, ist aufgebraucht, deshalb ging es nicht. Du hast deine Minuten zurück; bitte sag es denen, die diesen Bot betreiben.
problem-provider_key = Der Dienst, der das verarbeitet, nimmt den Schlüssel dieses Bots nicht an, deshalb ging es nicht. Du hast deine Minuten zurück; bitte sag es denen, die diesen Bot betreiben.
problem-provider_plan = Im Tarif beim Dienst, der das verarbeitet, ist das nicht enthalten. Du hast deine Minuten zurück; bitte sag es denen, die diesen Bot betreiben.
problem-disk_full = Hier ist gerade kein Platz für neue Dateien. Es wurde nichts verbraucht; bitte versuch es später noch einmal oder sag es denen, die diesen Bot betreiben.
problem-chat_gone = Den Chat gibt es nicht mehr, also konnte ich das Ergebnis nicht zeigen. Bis seine Zeit um ist, steht es unter /jobs.
problem-chat_forbidden = In diesem Chat darf ich nicht schreiben oder keine Dateien senden. Wer ihn verwaltet, kann das erlauben; bis seine Zeit um ist, steht das Ergebnis unter /jobs.
problem-chat_unsure = Der Chat-Dienst hat nicht gesagt, ob meine Nachricht ankam. /jobs zeigt, wie weit deine Aufnahme ist.
problem-chat_down = Der Chat-Dienst hat nicht geantwortet, deshalb ging das jetzt nicht. Es wurde nichts verbraucht; bitte versuch es später noch einmal.
problem-card_gone = Diese Nachricht lässt sich nicht mehr ändern. /jobs zeigt, wie weit deine Aufnahme ist.
problem-file_refused = Die Datei war zu groß für diesen Chat. Ein kürzerer Abschnitt passt: Gib Anfang und Ende an.
problem-worker_died = Die Arbeit an dieser Aufnahme ist mehrmals abgebrochen. Du hast deine Minuten zurück; mit einem anderen Dateiformat oder einem kürzeren Teil kann es gehen.
problem-took_too_long = Diese Aufnahme brauchte länger als erlaubt und wurde angehalten. Du hast deine Minuten zurück; ein kürzerer Teil geht schneller.
problem-internal =
    { KNOWN($job) ->
        [yes] Bei uns ging etwas kaputt; das Kennzeichen ist { $job }.
       *[no] Bei uns ging etwas kaputt.
    } Es wurde nichts verbraucht. Bitte versuch es noch einmal, und wenn es so bleibt, sag es denen, die diesen Bot betreiben.

## Commands and their options

command-denoise = Rauschen aus einer Aufnahme entfernen
command-deecho = Echo aus einer Aufnahme entfernen
command-dereverb = Den Raumklang aus einer Aufnahme entfernen
command-enhance = Eine Aufnahme säubern und voll und gleichmäßig klingen lassen
command-stems = Musik in ihre Teile zerlegen, etwa Gesang und Instrumente
command-jobs = Deine Aufnahmen zeigen und wie weit sie sind
command-cancel = Eine Aufnahme abbrechen, die in Arbeit ist
command-usage = Zeigen, wie viele Minuten verbraucht und übrig sind
command-settings = Zeigen oder ändern, wie ich hier arbeite
command-quota = Die Grenzen dieses Ortes zeigen oder ändern
command-privacy = Zeigen, was wo und wie lange aufgehoben wird
command-forget = Deine Aufnahmen löschen und was über dich bekannt ist
command-help = Zeigen, was ich kann
command-confirm = Anfangen, wonach gefragt wurde
command-again = Noch einmal auf andere Weise
command-show = Eine Aufnahme oder ihr Ergebnis hier zeigen
command-delete = Eine Aufnahme und ihre Ergebnisse jetzt löschen
command-zip = Alles, was aus einer Aufnahme wurde, als eine Datei geben
option-file = Die Datei, um die es geht
option-url = Ein Link zur Aufnahme statt einer Datei
option-preset = Um welche Art von Aufnahme es geht
option-operation = Was stattdessen geschehen soll
option-strength = Wie stark gesäubert wird
option-format = Das Dateiformat des Ergebnisses, oder zwei mit Komma: wav,mp3
option-bitrate = Die Bitrate von mp3, m4a und ogg in kbit/s, 16 bis 320
option-keep = Was du bekommst: den sauberen Ton, das Entfernte oder beides
option-from = Wo es losgeht, etwa 1:20
option-to = Wo es aufhört, etwa 3:00
option-stems = Welche Teile herausgelöst werden, mit Kommas getrennt
option-cleanup = Was vor dem Zerlegen gesäubert wird, mit Kommas getrennt
option-who = Für wen: dich, alle hier oder diesen Kanal
option-auto_clean = Ob jede Aufnahme in diesem Kanal ungefragt gesäubert wird
option-reset = Vergessen, was eingestellt war
option-local_only = Ob Aufnahmen von hier auf diesem Rechner bleiben
option-answer = Ob sie dürfen
option-do = Was zu tun ist
option-month = Minuten Ton für diesen Ort im Monat, oder unlimited
option-day = Minuten Ton für jede Person am Tag, oder unlimited
option-file_mb = Die größte Datei in MB, oder unlimited
option-length = Die längste Aufnahme in Minuten, oder unlimited
option-jobs = Wie viele Aufträge eine Person zugleich in Arbeit haben darf
option-for = Wessen Minuten: die des Orts, die jeder Person oder die der Gäste zusammen
option-week = Minuten Ton für diesen Ort in der Woche, oder unlimited
option-cooldown = Sekunden zwischen zwei Aufnahmen einer Person
option-rollover = Minuten, die übrig bleiben und im nächsten Zeitraum dazukommen
option-minutes = Wie viele Minuten
option-days = Wie viele Tage sie gelten; ohne das, bis sie verbraucht sind
option-exempt = Ob Grenzen dafür nicht gelten
option-user = Welche Person
option-role = Welche Rolle
option-picture = Ob ein Bild zeigt, was sich geändert hat
option-reply = Wo ich antworte: am selben Ort, in einem Thread oder privat
option-language = In welcher Sprache ich antworte
option-confirm = Ab wie vielen Minuten Ton ich erst frage, oder off
option-retention = Wie viele Stunden Dateien von hier bleiben, oder off für die übliche Zeit
option-timezone = Wessen Mitternacht zählt, etwa Europe/Berlin
option-reports = Ob Berichte über diesen Ort hierher kommen
option-save = Der Name, unter dem diese Optionen bleiben
option-drop = Der Name einer Voreinstellung, die wegkommt
option-rule = Was zu tun ist
option-channel = Welcher Kanal oder welches Thema; ohne das dieses hier
group-quota-show = Die Grenzen dieses Orts zeigen
group-quota-set = Die Grenzen dieses Orts ändern
group-quota-user = Einer Person eine eigene Grenze geben oder nehmen
group-quota-role = Einer Rolle eine eigene Grenze geben oder nehmen
group-quota-gift = Minuten über das Übliche hinaus geben, diesem Ort oder einer Person
group-quota-dry-run = Zeigen, was eine Grenze in den letzten 30 Tagen abgelehnt hätte
group-quota-reset = Zu den üblichen Grenzen zurückkehren
group-settings-show = Zeigen, was hier gilt
group-settings-set = Ändern, was gilt, wo niemand etwas sagt
group-settings-presets = Eigene Voreinstellungen zeigen, behalten oder wegnehmen
group-settings-channels = Zeigen oder ändern, in welchen Kanälen ich arbeite
group-settings-roles = Zeigen oder ändern, welche Rollen mich benutzen dürfen
group-settings-people = Zeigen oder ändern, welche Personen mich benutzen dürfen
group-settings-bans = Zeigen oder ändern, wer mich nicht benutzen darf
group-settings-audit = Zeigen, wer hier was geändert hat
group-settings-export = Alles, was hier eingestellt ist, als Datei geben
group-settings-import = Alles so einstellen, wie es eine gespeicherte Datei sagt
option-sure = Alles löschen, ohne noch einmal zu fragen
option-job = Welche Aufnahme, so wie /jobs sie zeigt

## Names of options where a place shows them translated: small letters, digits, _ and -

name-file = datei
name-url = link
name-preset = voreinstellung
name-operation = vorgang
name-strength = stärke
name-format = format
name-bitrate = bitrate
name-keep = behalten
name-from = von
name-to = bis
name-stems = teile
name-cleanup = vorher
name-job = aufnahme
name-sure = sicher
name-who = für
name-auto_clean = immer_säubern
name-reset = zurücksetzen
name-local_only = nur_lokal
name-do = was
name-month = monat
name-day = tag
name-file_mb = datei_mb
name-length = länge
name-jobs = aufträge
name-for = für
name-week = woche
name-cooldown = pause
name-rollover = übertrag
name-minutes = minuten
name-days = tage
name-exempt = ausgenommen
name-user = person
name-role = rolle
name-picture = bild
name-reply = antwort
name-language = sprache
name-confirm = rückfrage
name-retention = aufbewahrung
name-timezone = zeitzone
name-reports = berichte
name-save = speichern
name-drop = wegnehmen
name-rule = regel
name-channel = kanal

## Names of choices

choice-place = Der Ort zusammen
choice-each = Jede Person
choice-guests = Gäste zusammen
choice-auto = Automatisch
choice-podcast = Podcast
choice-video = Video
choice-call = Anruf
choice-voiceover = Voice-over
choice-music = Musik
choice-soft = Sanft
choice-normal = Normal
choice-strong = Stark
choice-same = Wie die Aufnahme
choice-wav = WAV
choice-mp3 = MP3
choice-flac = FLAC
choice-m4a = M4A
choice-ogg = OGG
choice-aiff = AIFF
choice-me = Mich
choice-show = Zeigen
choice-set = Ändern
choice-user = Eine Person
choice-role = Eine Rolle
choice-gift = Verschenken
choice-reset = Zurücksetzen
choice-dry-run = Ausprobieren
choice-here = Hier
choice-channel = Dieser Kanal
choice-thread = In einem Thread
choice-private = Privat
choice-allow = Erlauben
choice-deny = Ausschließen
choice-clear = Aufheben
choice-add = Dazunehmen
choice-remove = Wegnehmen
choice-presets = Voreinstellungen
choice-channels = Kanäle
choice-roles = Rollen
choice-people = Personen
choice-bans = Sperren
choice-audit = Änderungen
choice-export = Exportieren
choice-import = Importieren
choice-unlimited = Unbegrenzt
choice-en = English
choice-de = Deutsch
choice-on = An
choice-off = Aus
choice-no = Nein
choice-yes = Ja
choice-clean = Sauberer Ton
choice-residual = Was entfernt wurde
choice-both = Beides
choice-denoise = Rauschen entfernen
choice-deecho = Echo entfernen
choice-dereverb = Raumklang entfernen
choice-enhance = Verbessern
choice-stems = In Teile zerlegen
choice-vocals = Gesang
choice-instrumental = Instrumental
choice-male_vocal = Männliche Stimme
choice-female_vocal = Weibliche Stimme
choice-lead_vocal = Hauptstimme
choice-back_vocal = Begleitstimmen
choice-bass = Bass
choice-drums = Schlagzeug
choice-guitar = Gitarre
choice-piano = Klavier
choice-keys = Tasteninstrumente
choice-strings = Streicher
choice-winds = Bläser
choice-rhythm_guitar = Rhythmusgitarre
choice-solo_guitar = Sologitarre
choice-acoustic_guitar = Akustische Gitarre
choice-electric_guitar = E-Gitarre
choice-kick_drum = Große Trommel
choice-snare_drum = Kleine Trommel
choice-toms = Toms
choice-hi_hat = Hi-Hat
choice-ride = Ride-Becken
choice-crash = Crash-Becken
choice-other = Alles andere

## Operations as nouns, states as words

operation-denoise = Entrauschen
operation-deecho = Echo-Entfernung
operation-dereverb = Raumklang-Entfernung
operation-enhance = Verbesserung
operation-stems = Zerlegung in Teile
state-receiving = kommt an
state-queued = wartet
state-submitting = in Arbeit
state-running = in Arbeit
state-collecting = fast fertig
state-delivering = fast fertig
state-done = fertig
state-purged = gelöscht
state-failed = ging nicht
state-cancelled = abgebrochen

## The card of a job

card-received = { $name } ist da. Ich sehe es mir an.
card-queued =
    { $place ->
        [1] { $name } wartet und ist als Nächstes dran.
       *[other] { $name } wartet auf Platz { $place }.
    }
card-working =
    { KEY($operation) ->
        [denoise] Ich entferne das Rauschen aus { $name } …
        [deecho] Ich entferne das Echo aus { $name } …
        [dereverb] Ich entferne den Raumklang aus { $name } …
        [enhance] Ich säubere und verbessere { $name } …
        [stems] Ich zerlege { $name } in Teile …
       *[other] Ich arbeite an { $name } …
    }
card-more-lines = … und { $count ->
    [one] eine weitere
   *[other] { $count } weitere
}.
card-progress = { NUMBER($percent, maximumFractionDigits: 0) } %
card-time-left = Noch etwa { DURATION($seconds) }
card-collecting = { $name } ist fast fertig; ich hole das Ergebnis …
album-progress =
    { $done ->
        [0] { $count } Aufnahmen sind da.
        [one] { $done } von { $count } Aufnahmen ist fertig.
       *[other] { $done } von { $count } Aufnahmen sind fertig.
    }
album-count =
    { $count ->
        [one] Eine Aufnahme
       *[other] { $count } Aufnahmen
    }
album-removed =
    { $count ->
        [one] Das wurde aus einer Aufnahme entfernt.
       *[other] Das wurde aus { $count } Aufnahmen entfernt.
    }
album-about = { $name }: { $about }
album-buttons = Eine Schaltfläche zeigt eine davon mit allem, was sich noch damit machen lässt.
card-trying-again = Das ging nicht gleich; dies ist Versuch { $attempt }.
card-paid = Die Aufnahme ist jetzt bei { $engine }; auch wenn du abbrichst, zählt sie als verbraucht.
card-estimate = Geschätzte Kosten für das Konto dieses Bots: { $cost }
card-cost-risen = Es hat das Konto dieses Bots { $cost } gekostet, mehr als geschätzt ({ $estimate }).
cost-credits =
    { $amount ->
        [one] ein Credit
       *[other] { NUMBER($amount, maximumFractionDigits: 2) } Credits
    }
cost-minutes =
    { $amount ->
        [one] eine Minute
       *[other] { NUMBER($amount, maximumFractionDigits: 2) } Minuten
    }
card-other-engine = Gemacht hat das { $engine }, weil { LIST($others) } es nicht konnte.
engine-own = der eigene Dienst dieses Bots
card-done =
    { KEY($operation) ->
        [denoise] { $name }: Das Rauschen ist entfernt
        [deecho] { $name }: Das Echo ist entfernt
        [dereverb] { $name }: Der Raumklang ist entfernt
        [enhance] { $name }: gesäubert und verbessert
        [stems] { $name }: in Teile zerlegt
       *[other] { $name }: fertig
    }{ KEY($strength) ->
        [soft] {" "}(sanft)
        [strong] {" "}(stark)
       *[normal] {""}
    }{ KEY($preset) ->
        [podcast] {" "}(Podcast).
        [video] {" "}(Video).
        [call] {" "}(Anruf).
        [voiceover] {" "}(Voice-over).
        [music] {" "}(Musik).
       *[auto] .
    }
card-removed = Das wurde aus { $name } entfernt.
card-unchanged = { $name } ist, wie es war.
card-nothing = Aus { $name } wurde nichts entfernt.
card-silent = In { $name } ist fast kein Ton, deshalb gab es nichts zu tun.
card-fitted = Als { CHOICE($wanted) } war es zu groß für diesen Chat, deshalb ist es { CHOICE($given) }.
card-sound-only = Der Film war zu groß für diesen Chat, deshalb hier sein Ton als { CHOICE($given) }.
card-zipped = Alles, was aus { $name } wurde: { $count } Dateien in einer.
card-squeezed = Damit es in diesen Chat passt, hat es eine niedrigere Bitrate.
card-cut = Als eine { CHOICE($wanted) }-Datei war es zu groß für diesen Chat, deshalb kommt es in { $count } Teilen als { CHOICE($given) }.
card-linked = Für diesen Chat ist es zu groß, deshalb gibt es einen Link dazu.
card-too-large = Für diesen Chat ist es in jedem Format zu groß. Ein kürzerer Abschnitt passt: Gib Anfang und Ende an.
card-one-linked = Als { CHOICE($wanted) } ist es zu groß für diesen Chat, deshalb gibt es dazu einen Link.
card-one-too-large = Als { CHOICE($wanted) } ist es zu groß für diesen Chat, deshalb kommt es nur als { CHOICE($given) }.
card-late = { $name } dauert länger, als ich diese Nachricht auf dem Laufenden halten kann. Das Ergebnis schicke ich, sobald es fertig ist; die Schaltfläche zeigt, wie weit es ist.
card-quote = { $name } braucht { DURATION($seconds) } von den Minuten hier. Das ist mehr, als ohne Rückfrage bearbeitet wird: Soll ich anfangen? Nichts wird verbraucht, wenn du abbrichst oder eine Stunde lang niemand antwortet.
confirm-done = Danke, es wird bearbeitet.
card-warning =
    { $percent ->
        [100] Die Minuten dieses Orts sind verbraucht.
       *[other] { NUMBER($percent) } % der Minuten dieses Orts sind verbraucht.
    } /usage zeigt, wann sie wieder da sind.
action-confirm = Anfangen
card-failed = { $name }: { $problem }
card-expired = Die Dateien von { $name } sind gelöscht, weil ihre Zeit um ist oder du es wolltest. Schick die Aufnahme noch einmal, wenn du ein neues Ergebnis möchtest.

note-music = Es klingt nach Musik, deshalb war ich behutsam.
note-clean = Es war schon fast sauber, deshalb habe ich wenig verändert.
note-narrow_band = Es klingt nach einem Telefon- oder Videoanruf, deshalb habe ich es so behandelt.
note-steady_noise = Hinter der Stimme war gleichmäßiges Rauschen, deshalb habe ich es kräftig abgesenkt.
note-noisy_speech = Um die Stimme war viel Lärm, deshalb musste viel weg.
note-speech = Es ist eine Stimme mit wenig Rauschen, deshalb habe ich sanft gesäubert.
note-changing_noise = Das Geräusch hinter der Stimme kam und ging, deshalb bin ich ihm gefolgt.
note-hum = Da war Netzbrummen, das habe ich zuerst herausgenommen.
note-room = Es wurde in einem halligen Raum aufgenommen, deshalb habe ich auch etwas vom Raum herausgenommen.
note-room_left = Es wurde in einem halligen Raum aufgenommen; /dereverb nimmt den Hall heraus.
note-silence = Es war fast kein Ton darin, deshalb habe ich wenig verändert.
note-no_echo = Ich habe kein deutliches Echo darin gehört, deshalb habe ich nichts verändert. Gegen den Klang eines Raums gibt es /dereverb.
note-dry = Es klingt kaum nach Raum, deshalb habe ich nichts verändert.
note-quick = Mit dem eingebauten schnellen Verfahren zerlegt: gut zum Hineinhören oder für Karaoke; die Teile sprechen etwas ineinander über.

action-cancel = Abbrechen
action-again =
    { KNOWN($preset) ->
        [yes] Mit „{ CHOICE($preset) }“
       *[no] Noch einmal
    }
action-try-again = Noch einmal
action-one = { $name } …
action-one-again = { $name }: noch einmal
action-softer = Sanfter
action-stronger = Stärker
action-removed = Was entfernt wurde
action-back = Zurück
action-stems = Stems
action-deecho = Echo
action-show = Hier zeigen
menu-presets = Eine andere Voreinstellung …
menu-preset = Voreinstellung …
menu-strength = Stärke …
menu-format = Format …
menu-answer = Antworten …
menu-language = Sprache …
menu-results = Ein Ergebnis noch einmal zeigen …
menu-clean = Audio säubern
menu-stems = In Teile zerlegen
action-forget = Alles von mir löschen
forget-sure = Das löscht alle deine Aufnahmen und Ergebnisse, bricht ab, was in Arbeit ist, und vergisst deine Einstellungen. Es lässt sich nicht rückgängig machen. Was andere aus dem Chat gespeichert haben, gehört ihnen.
forget-done =
    { $count ->
        [0] Außer deinen Einstellungen war nichts von dir da; sie sind vergessen.
        [one] Deine Aufnahme ist mit allem gelöscht, was daraus entstand, und deine Einstellungen sind vergessen.
       *[other] Deine { $count } Aufnahmen sind mit allem gelöscht, was daraus entstand, und deine Einstellungen sind vergessen.
    }
forget-counts =
    { $results ->
        [0] Ergebnisse gab es keine mehr.
        [one] Ein Ergebnis ging mit.
       *[other] { $results } Ergebnisse gingen mit.
    } { $cancelled ->
        [0] In Arbeit war nichts.
        [one] Eine Aufnahme war in Arbeit und ist abgebrochen.
       *[other] { $cancelled } Aufnahmen waren in Arbeit und sind abgebrochen.
    }
forget-there = Auch bei { LIST($engines) } ist es gelöscht.
forget-nowhere = { LIST($engines) } hat Aufnahmen von dir gesehen und bietet keinen Weg, sie von hier aus zu löschen.
forget-unsure = { LIST($engines) } hat eine Aufnahme bekommen und noch nicht gesagt, wie sie dort heißt; gezielt löschen lässt sie sich deshalb nicht, sie läuft dort von selbst ab.
forget-rest = Der Rest ist innerhalb einer Minute weg.
forget-sums = Wie viele Minuten verbraucht wurden, zählt weiter für die Grenzen, ohne deinen Namen.
action-zip = Alles als ZIP
action-delete = Löschen
delete-files = Dieses Ergebnis von { $name } ist hier gelöscht. Eine Nachricht im Chat konnte ich nicht wegnehmen; bitte lösch sie selbst.
delete-one = Dieses Ergebnis von { $name } ist gelöscht. Was sonst daraus entstand, bleibt, bis du es dort löschst.
delete-done = { $name } und alles, was daraus entstand, ist gelöscht.

## The picture

picture-before = Vorher
picture-after = Nachher
card-figures = Grundrauschen { NUMBER($noise_floor_before_db, maximumFractionDigits: 0) } → { NUMBER($noise_floor_after_db, maximumFractionDigits: 0) } dBFS · Lautheit { NUMBER($loudness_before_lufs, maximumFractionDigits: 0) } → { NUMBER($loudness_after_lufs, maximumFractionDigits: 0) } LUFS · Spitze { NUMBER($peak_before_db, maximumFractionDigits: 0) } → { NUMBER($peak_after_db, maximumFractionDigits: 0) } dBFS
card-figures-enhanced = Rauschen { NUMBER($under_before_db, maximumFractionDigits: 0) } → { NUMBER($under_after_db, maximumFractionDigits: 0) } dB unter der Stimme · Lautheit { NUMBER($loudness_before_lufs, maximumFractionDigits: 0) } → { NUMBER($loudness_after_lufs, maximumFractionDigits: 0) } LUFS · Spitze { NUMBER($peak_before_db, maximumFractionDigits: 0) } → { NUMBER($peak_after_db, maximumFractionDigits: 0) } dBFS
picture-alt =
    Der Ton vorher und nachher. Grundrauschen: { NUMBER($noise_floor_before_db, maximumFractionDigits: 1) } dBFS vorher, { NUMBER($noise_floor_after_db, maximumFractionDigits: 1) } dBFS nachher.
    Lautheit: { NUMBER($loudness_before_lufs, maximumFractionDigits: 1) } LUFS vorher, { NUMBER($loudness_after_lufs, maximumFractionDigits: 1) } LUFS nachher.
    Spitze: { NUMBER($peak_before_db, maximumFractionDigits: 1) } dBFS vorher, { NUMBER($peak_after_db, maximumFractionDigits: 1) } dBFS nachher.

## Your recordings

jobs-none = Du hast hier gerade keine Aufnahmen. Schick eine, und ich fange damit an.
jobs-elsewhere = Was du mir woanders geschickt hast, zeige ich nur dort, wo niemand mitliest: Frag mich privat.
jobs-title =
    { $count ->
        [one] Deine letzte Aufnahme:
       *[other] Deine { $count } letzten Aufnahmen:
    }
jobs-line = { $name } · { $operation } · { CHOICE($preset) }, { CHOICE($strength) } · { $state } · { DATE($at, time: 1) }
jobs-progress = { $state }, { NUMBER($percent, maximumFractionDigits: 0) } %
jobs-place = wartet auf Platz { $place }
jobs-result =
    { $operation }{ KEY($strength) ->
        [normal] {""}
       *[other] , { CHOICE($strength) }
    }{ KEY($preset) ->
        [auto] {""}
       *[other] , { CHOICE($preset) }
    }{ KEY($keep) ->
        [residual] , was entfernt wurde
       *[other] {""}
    } · { $name } · { DATE($at, time: 1) }
cancel-done =
    { $count ->
        [0] Von deinen Aufnahmen ist keine in Arbeit, es gibt also nichts abzubrechen.
        [one] Eine Aufnahme ist abgebrochen.
       *[other] { $count } Aufnahmen sind abgebrochen.
    }

## Settings and limits

settings-title = Wenn du nichts anderes sagst:
settings-own = Für dich: { $what }
settings-here = Für alle hier: { $what }
settings-channel = In diesem Kanal: { $what }
settings-now = Zusammen, für dich hier: { $what }
settings-words =
    { CHOICE($preset) }, { CHOICE($strength) }, { KEY($format) ->
        [same] gleiches Format
       *[other] { CHOICE($format) }
    }{ KNOWN($second) ->
        [yes] {" "}und { CHOICE($second) }
       *[no] {""}
    }{ KNOWN($bitrate) ->
        [yes] , { $bitrate } kbit/s
       *[no] {""}
    }{ KEY($keep) ->
        [residual] , das Entfernte
        [both] , beide Seiten
       *[other] {""}
    }{ KEY($picture) ->
        [on] , mit Bild
        [off] , ohne Bild
       *[other] {""}
    }{ KEY($reply) ->
        [here] , Antwort am selben Ort
        [thread] , Antwort in einem Thread
        [private] , Antwort privat
       *[other] {""}
    }{ KNOWN($language) ->
        [yes] , { CHOICE($language) }
       *[no] {""}
    }
settings-name = { $name }
settings-reply-here = Am selben Ort
settings-reply-thread = In einem Thread
settings-reply-private = Privat
settings-picture-on = Mit Bild
settings-picture-off = Ohne Bild
settings-watched = Jede Aufnahme in diesem Kanal wird ungefragt gesäubert.
settings-confirm =
    { $minutes ->
        [0] Bevor hier etwas geschieht, erfährt, wer fragt, was es braucht.
       *[other] Ab { NUMBER($minutes, maximumFractionDigits: 1) } Min. erfährt, wer fragt, erst, was es braucht.
    }
settings-retention =
    { $hours ->
        [0] Dateien von hier werden gleich nach der Übergabe gelöscht.
        [one] Dateien von hier bleiben nach der Übergabe eine Stunde.
       *[other] Dateien von hier bleiben nach der Übergabe { NUMBER($hours, maximumFractionDigits: 1) } Stunden.
    }
settings-timezone = Hier gilt die Uhr von { $zone }.
settings-reports-here = Berichte über diesen Ort kommen hierher.
settings-reports-set = Berichte über diesen Ort kommen in einen anderen Kanal.
settings-channel-allow = Ich arbeite in { CHANNEL($channel) }.
settings-channel-deny = Ich arbeite nicht in { CHANNEL($channel) }.
settings-role-allow = Wer die Rolle { ROLE($who) } hat, darf mich benutzen.
settings-user-allow = { PERSON($who) } darf mich benutzen.
settings-ban = { PERSON($who) } darf mich nicht benutzen.
settings-no-channels = Ich arbeite in jedem Kanal. /settings channels deny oder allow ändert das.
settings-no-roles = Keine Rolle ist genannt, also ist keine ausgenommen. /settings roles allow ändert das.
settings-no-people = Niemand ist genannt, also ist niemand ausgenommen. /settings people allow ändert das.
settings-no-bans = Hier ist niemand gesperrt.
settings-no-presets = Es gibt noch keine eigenen Voreinstellungen.
settings-preset-own = „{ $name }“, deine: { $what }
settings-preset-here = „{ $name }“, für alle hier: { $what }
settings-presets-how = /settings presets save und ein Name behält eine, /denoise preset und dieser Name nimmt sie.
settings-exported = Hier ist alles, was hier eingestellt ist. /settings import übernimmt es wieder, hier oder anderswo. Personen stehen mit ihren Nummern darin; achte also darauf, wem du sie gibst.
settings-imported =
    { $count ->
        [0] Alles in dieser Datei war schon so; nichts hat sich geändert.
        [one] Die Datei ist übernommen; eines hat sich geändert:
       *[other] Die Datei ist übernommen; { NUMBER($count) } Dinge haben sich geändert:
    }
settings-changed = { $what }: { $before } → { $after }
settings-left-out = Personen, Rollen und Kanäle darin habe ich weggelassen, wo sie hier nichts bedeuten, und auch Grenzen, die du nicht setzen kannst.
audit-none = Hier wurde noch nichts geändert.
audit-title = Die letzten Änderungen, die neueste zuerst:
audit-line = { DATE($at, time: 1) } · { $who } · { $what }: { $before } → { $after }
audit-operator = wer diesen Bot betreibt
audit-forgotten = jemand, der vergessen wurde
audit-person = { PERSON($who) }
audit-role = die Rolle { ROLE($who) }
audit-channel = { CHANNEL($channel) }
audit-value = { CHOICE($value) }
audit-nothing = nichts
audit-option =
    { KEY($option) ->
        [preset] Voreinstellung
        [strength] Stärke
        [format] Format
        [keep] was es zurückgibt
        [bitrate] Bitrate
        [picture] Bild
        [reply] Ort der Antwort
        [language] Sprache
       *[other] { $option }
    }
audit-habits = { $option } für alle
audit-channels = { $option } in { CHANNEL($channel) }
audit-presets = { $option } der Voreinstellung „{ $name }“
audit-confirm = Minuten, ab denen ich erst frage
audit-retention = Stunden, die Dateien bleiben
audit-timezone = Zeitzone
audit-reports = wo Berichte stehen
audit-consent = Aufnahmen an fremde Dienste schicken
audit-auto_clean = ungefragt säubern in { CHANNEL($channel) }
audit-gift = diesem Ort geschenkte Minuten
audit-gift-to = geschenkte Minuten für { $who }
audit-quota-space = Minuten dieses Orts { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }
audit-quota-each = Minuten jeder Person { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }
audit-quota-guests = Minuten der Gäste { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }
audit-quota-who = Minuten für { $who } { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }
audit-quota-file_mb = größte Datei in MB
audit-quota-length = längste Aufnahme in Minuten
audit-quota-jobs = Aufträge je Person zugleich
audit-quota-cooldown = Sekunden zwischen zwei Aufnahmen
audit-quota-rollover = Minuten, die mitgenommen werden
audit-exempt = von Grenzen ausgenommen: { $who }
audit-channel-allow = erlaubter Kanal { CHANNEL($channel) }
audit-channel-deny = ausgeschlossener Kanal { CHANNEL($channel) }
audit-let-in = eingelassen: { $who }
audit-ban = gesperrt: { $who }
audit-other = { $what }
settings-sent = Aufnahmen von hier dürfen an { LIST($engines) } geschickt werden.
settings-kept = Aufnahmen von hier bleiben auf diesem Rechner, und nichts geht an { LIST($engines) }.
consent-ask = Dürfen Aufnahmen von hier an { LIST($engines) } geschickt werden, die mehr können als der eigene Dienst dieses Bots? Bis jemand Ja sagt, der sich um diesen Ort kümmert, verlässt nichts den Rechner, auf dem dieser Bot läuft.
consent-ask-own = Dürfen deine Aufnahmen an { LIST($engines) } geschickt werden, die mehr können als der eigene Dienst dieses Bots? Bis du Ja sagst, verlässt nichts den Rechner, auf dem dieser Bot läuft.
consent-given = Aufnahmen von hier dürfen jetzt an { LIST($engines) } geschickt werden. /settings set local_only on beendet das.
consent-refused = Aufnahmen von hier bleiben auf diesem Rechner. /settings set local_only off ändert das.
action-consent-yes = Ja, dürfen sie
action-consent-no = Nein, hier behalten
settings-how = Um etwas zu ändern, nenne es: eine Voreinstellung, eine Stärke, ein Format. Zuerst gilt, was für den Kanal eingestellt ist, dann deines, dann das für alle.
digest-title =
    { $jobs ->
        [0] Letzte Woche hier: keine Aufnahme wurde fertig.
        [one] Letzte Woche hier: eine Aufnahme, { DURATION($seconds) } Ton.
       *[other] Letzte Woche hier: { NUMBER($jobs) } Aufnahmen, { DURATION($seconds) } Ton.
    }
digest-here = { DURATION($seconds) } davon hat der eigene Rechner dieses Bots bearbeitet; das kostet je Minute nichts.
digest-sent = { DURATION($seconds) } davon gingen an { $engine }.
digest-failures =
    { $count ->
        [one] Eine Aufnahme wurde nichts:
       *[other] { NUMBER($count) } Aufnahmen wurden nichts; am häufigsten:
    }
digest-cause = { NUMBER($count) } × { $cause }
quota-title = Die Grenzen dieses Orts:
quota-space = { NUMBER($number, maximumFractionDigits: 1) } min Ton { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }, für alle zusammen
quota-space-unlimited = { $period ->
         [day] Beliebig viele Minuten am Tag, für alle zusammen
         [week] Beliebig viele Minuten in der Woche, für alle zusammen
        *[month] Beliebig viele Minuten im Monat
    }
quota-each = { NUMBER($number, maximumFractionDigits: 1) } min Ton { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    } für jede Person
quota-each-unlimited = { $period ->
         [week] Beliebig viele Minuten in der Woche für jede Person
         [month] Beliebig viele Minuten im Monat für jede Person
        *[day] Beliebig viele Minuten am Tag für jede Person
    }
quota-guests = { NUMBER($number, maximumFractionDigits: 1) } min Ton { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }, die sich Gäste teilen: alle, die keine eigenen Minuten haben
quota-guests-unlimited = Gäste teilen sich beliebig viele Minuten { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }
quota-file_mb = { NUMBER($number, maximumFractionDigits: 1) } MB je Datei
quota-file_mb-unlimited = Dateien jeder Größe
quota-length = { NUMBER($number, maximumFractionDigits: 1) } min je Aufnahme
quota-length-unlimited = Aufnahmen jeder Länge
quota-jobs =
    { $number ->
        [one] Ein Auftrag in Arbeit für jede Person
       *[other] { NUMBER($number, maximumFractionDigits: 0) } Aufträge in Arbeit für jede Person
    }
quota-jobs-unlimited = Beliebig viele Aufträge in Arbeit
quota-cooldown = { NUMBER($number, maximumFractionDigits: 1) } s zwischen zwei Aufnahmen einer Person
quota-cooldown-unlimited = Eine Aufnahme je Person und keine zweite
quota-rollover = Was übrig bleibt, kommt zum nächsten Zeitraum dazu, bis zu { NUMBER($number, maximumFractionDigits: 1) } min
quota-rollover-unlimited = Was übrig bleibt, kommt zum nächsten Zeitraum dazu
quota-capped = Eingestellt wurde mehr, aber wer diesen Bot betreibt, gibt diesem Ort nicht mehr.
quota-user = { PERSON($who) } hat { NUMBER($number, maximumFractionDigits: 1) } min { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }.
quota-user-unlimited = { PERSON($who) } hat keine Grenze { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }.
quota-user-exempt = { PERSON($who) } ist ausgenommen: Minuten werden gezählt, aber nie verweigert.
quota-role = Wer die Rolle { ROLE($who) } hat, hat { NUMBER($number, maximumFractionDigits: 1) } min { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }.
quota-role-unlimited = Wer die Rolle { ROLE($who) } hat, hat keine Grenze { $period ->
         [day] am Tag
         [week] in der Woche
        *[month] im Monat
    }.
quota-role-exempt = Wer die Rolle { ROLE($who) } hat, ist ausgenommen: Minuten werden gezählt, aber nie verweigert.
quota-gift = Darüber hinaus sind { NUMBER($number, maximumFractionDigits: 1) } geschenkte min übrig{ KNOWN($until) ->
        [yes] , bis { DATE($until, time: 1) }
       *[no] {""}
    }.
quota-rolled = { NUMBER($number, maximumFractionDigits: 1) } min sind vom Zeitraum davor übrig{ KNOWN($until) ->
        [yes]  und gelten bis { DATE($until, time: 1) }
       *[no] {""}
    }.
quota-given =
    { KNOWN($who) ->
        [yes] { PERSON($who) } hat
       *[no] Dieser Ort hat
    } jetzt { NUMBER($number, maximumFractionDigits: 1) } min mehr{ KNOWN($until) ->
        [yes] , bis { DATE($until, time: 1) }
       *[no] {""}
    }. Verbraucht werden sie, wenn die üblichen aufgebraucht sind.
quota-dry-run =
    { $jobs ->
        [0] In den letzten 30 Tagen wurde hier nichts bearbeitet, deshalb lässt sich das nicht durchspielen.
       *[other] Mit dieser Regel wären { NUMBER($refused) } von { $jobs ->
            [one] einem Auftrag
           *[other] { NUMBER($jobs) } Aufträgen
        } der letzten 30 Tage abgelehnt worden{ $people ->
            [0] .
            [one] , alle von einer Person.
           *[other] , von { NUMBER($people) } Personen.
        } Geschenkte Minuten zählen dabei nicht mit. Geändert wurde nichts; das tut /quota set.
    }

## Usage

usage-own = Du hast { $period ->
         [day] heute
         [week] in dieser Woche
        *[month] in diesem Monat
    } { NUMBER($minutes, maximumFractionDigits: 1) } von { NUMBER($limit, maximumFractionDigits: 1) } min verbraucht; alle sind wieder da am { DATE($date, time: 1) }.
usage-own-unlimited = Du hast in diesem Monat { NUMBER($minutes, maximumFractionDigits: 1) } min verbraucht; eine Grenze gibt es nicht.
usage-space = Hier wurden { $period ->
         [day] heute
         [week] in dieser Woche
        *[month] in diesem Monat
    } { NUMBER($minutes, maximumFractionDigits: 1) } von { NUMBER($limit, maximumFractionDigits: 1) } min verbraucht; alle sind wieder da am { DATE($date, time: 1) }.
usage-space-unlimited = Hier wurden in diesem Monat { NUMBER($minutes, maximumFractionDigits: 1) } min verbraucht; eine Grenze gibt es nicht.
usage-guests = Gäste haben hier { $period ->
         [day] heute
         [week] in dieser Woche
        *[month] in diesem Monat
    } { NUMBER($minutes, maximumFractionDigits: 1) } von den { NUMBER($limit, maximumFractionDigits: 1) } min verbraucht, die sie sich teilen; alle sind wieder da am { DATE($date, time: 1) }.
usage-guests-unlimited = Gäste haben hier in diesem Monat { NUMBER($minutes, maximumFractionDigits: 1) } min verbraucht; eine Grenze gibt es nicht.
usage-visitors = Alle, die mich von anderswo benutzen, haben { $period ->
         [day] heute
         [week] in dieser Woche
        *[month] in diesem Monat
    } { NUMBER($minutes, maximumFractionDigits: 1) } von den { NUMBER($limit, maximumFractionDigits: 1) } min verbraucht, die sie sich teilen; alle sind wieder da am { DATE($date, time: 1) }.
usage-visitors-unlimited = Alle, die mich von anderswo benutzen, haben in diesem Monat { NUMBER($minutes, maximumFractionDigits: 1) } min verbraucht; eine Grenze gibt es nicht.
usage-gift = Darüber hinaus sind { NUMBER($minutes, maximumFractionDigits: 1) } geschenkte min übrig{ KNOWN($until) ->
        [yes] , bis { DATE($until, time: 1) }
       *[no] {""}
    }.
usage-rollover = { NUMBER($minutes, maximumFractionDigits: 1) } min sind vom Zeitraum davor übrig{ KNOWN($until) ->
        [yes] , bis { DATE($until, time: 1) }
       *[no] {""}
    }.

## Privacy

privacy-local =
    { KNOWN($until) ->
        [yes] Nichts hat den Rechner dieses Bots verlassen; aufgehoben bis { DATE($until, time: 1) }.
       *[no] Nichts hat den Rechner dieses Bots verlassen.
    }
privacy-copies =
    { KNOWN($until) ->
        [yes] Auf dem Rechner dieses Bots bearbeitet; dort bleiben die Dateien bis { DATE($until, time: 1) }.
       *[no] Auf dem Rechner dieses Bots bearbeitet.
    }
privacy-about =
    { NUMBER($hours, maximumFractionDigits: 1) ->
        [0] Aufnahmen werden nach der Übergabe sofort gelöscht, ebenso die Ergebnisse.
        [one] Aufnahmen und ihre Ergebnisse bleiben nach der Übergabe eine Stunde, damit Knöpfe und /jobs funktionieren; dann werden sie gelöscht.
       *[other] Aufnahmen und ihre Ergebnisse bleiben nach der Übergabe { NUMBER($hours, maximumFractionDigits: 1) } Stunden, damit Knöpfe und /jobs funktionieren; dann werden sie gelöscht.
    } Was hier geschrieben wurde, wird nach { NUMBER($days) } Tagen vergessen, auch Dateinamen. Es bleibt nur, wie viele Minuten verbraucht wurden.

privacy-sent =
    { KNOWN($until) ->
        [yes] Zur Bearbeitung an { LIST($engines) } geschickt; hier aufgehoben bis { DATE($until, time: 1) }.
       *[no] Zur Bearbeitung an { LIST($engines) } geschickt.
    }
privacy-file = Alles, was hier über dich gespeichert ist, steht in der Datei. /forget löscht es.
privacy-here = Aufnahmen werden auf dem Rechner verarbeitet, auf dem dieser Bot läuft.
privacy-elsewhere = Aufnahmen von hier dürfen zur Bearbeitung an { LIST($engines) } geschickt werden; mit /settings set local_only on bleiben sie auf dem Rechner, auf dem dieser Bot läuft.
privacy-nowhere = Aufnahmen werden auf dem Rechner verarbeitet, auf dem dieser Bot läuft. An { LIST($engines) } wird von hier nichts geschickt; /settings set local_only off würde es erlauben.

## Help

help-title = Schick mir eine Aufnahme, und ich säubere sie: eine Audiodatei, eine Sprachnachricht, ein Video oder einen Link dazu. Diese Befehle können mehr:
help-line = /{ $name } – { $about }

## Telegram

telegram-start = Schick mir eine Sprachnachricht, eine Audiodatei oder ein Video, und ich säubere es. /help zeigt, was ich sonst kann.
telegram-anonymous = Du schreibst als die Gruppe, deshalb weiß ich nicht, was deins ist. Schalte die Anonymität kurz aus oder frag mich in unserem eigenen Chat.
telegram-hint = Schick mir eine Aufnahme, und ich säubere sie; /help zeigt, was ich sonst kann.
telegram-send-sound = { $operation }: Schick mir jetzt die Aufnahme.
telegram-send-reply = { $operation }: Antworte auf diese Nachricht mit der Aufnahme, oder schreib den Befehl als Antwort auf eine.
telegram-no-sound = { $name } ist keine Aufnahme, die ich kenne. Schick Ton oder einen Film, etwa WAV, MP3, OGG oder MP4.
telegram-only-part = Ich sehe nur diese eine Datei deines Albums: In Gruppen wird mir nur gezeigt, was an mich gerichtet ist. Antworte auf jede der anderen mit dem Befehl, oder lass mich zum Admin machen.
telegram-waits-no-more = Ich warte nicht mehr auf eine Aufnahme.
telegram-guest-hint = Antworte auf eine Aufnahme mit @{ $name }, und ich säubere sie; schreib dazu, was du sonst willst, etwa „@{ $name } stems“.
telegram-in-private = Privat öffnen
telegram-open-me = Ich antworte dir privat, darf dir aber nicht von mir aus schreiben. Öffne einmal unseren Chat und drück auf Start.
telegram-open-ask = Das ist nur für dich, aber ich darf dir nicht von mir aus schreiben. Öffne unseren Chat, drück auf Start und frag dort noch einmal.
telegram-owner-hint = Schreib das im Chat als Antwort auf eine Aufnahme, und ich stelle die saubere in deinem Namen dort ein.
telegram-owner-rights = Ich darf dort nicht in deinem Namen schreiben: Erlaube mir das Antworten unter Einstellungen → Telegram Business → Chatbots.

## Discord

discord-left-out = Ausgelassen, weil es kein Ton ist: { $names }
discord-help = Gib mir eine Aufnahme, und ich säubere sie: mit einem Befehl, oder mit Rechtsklick oder langem Druck auf eine Nachricht mit Ton, dann Apps. Das sind die Befehle:
discord-choose = Aufnahmen, eine oder mehrere
discord-thread = Aufnahme
discord-in-thread = Die Antwort steht im Thread dieser Nachricht.
discord-no-thread = Du wolltest deine Antworten in Threads, aber hier kann ich keinen öffnen, deshalb kam diese in den Kanal. Für Threads brauche ich die Rechte, öffentliche Threads zu erstellen und darin zu schreiben.
discord-document = Die Datei ist zu groß für diesen Chat, deshalb konnte sie nicht mitgeschickt werden.

## Web chat

web-title = Undertone
web-language = Sprache
web-theme = Hell oder dunkel
web-welcome = Aufnahme hier ablegen und sauber zurückbekommen
web-welcome-touch = Aufnahme senden und sauber zurückbekommen
web-welcome-how =
    Sprachnachricht, Podcast, Musik oder Video: Ich nehme { $room ->
        [yes] Rauschen, Echo und Raumklang
       *[no] Rauschen und Brummen
    } heraus { $stems ->
        [yes] oder zerlege Musik in ihre Teile.
       *[no] und mache Stimmen klarer.
    }
web-stays-local = Der Ton bleibt auf diesem Rechner, solange du nichts anderem zustimmst.
web-stays-server = Der Ton bleibt auf diesem Server, solange du nichts anderem zustimmst.
web-choose = Aufnahme auswählen
web-sample = Mit einem Beispiel probieren
web-conversation = Unterhaltung
web-compose = Deine Nachricht
web-placeholder = Aufnahme ablegen oder / für Befehle tippen
web-placeholder-touch = Mehr mit /
web-placeholder-file = Senden nimmt das Rauschen heraus; anderes lässt sich wählen
web-attach = Aufnahmen anhängen
web-send = Senden
web-record = Mit dem Mikrofon aufnehmen
web-record-stop = Aufnahme beenden
web-record-name = Aufnahme { $time }
web-record-refused = Der Browser gibt das Mikrofon nicht frei. Erlaube es in der Adressleiste oder hänge eine Datei an.
web-suggestions = Vorschläge
web-quick-operations = Was zu tun ist
web-quick-options = Wie es zu tun ist
web-files = Angehängte Aufnahmen
web-remove-file = { $name } entfernen
web-uploaded = { $name } ist angehängt
web-upload-failed = { $name } ist nicht angekommen. Prüfe die Verbindung und hänge die Datei noch einmal an.
web-upload-too-large = { $name } ist größer als { $limit }, mehr geht hier nicht. Ein kürzerer Ausschnitt oder ein komprimiertes Format wie MP3 passt.
web-drop-now = Gleich säubern
web-drop-now-hint = Beginnt sofort mit den üblichen Einstellungen
web-drop-add = Anhängen und wählen
web-drop-add-hint = Sag, was zu tun ist, und sende dann
web-needs-file = Dafür brauche ich eine Aufnahme: Lege sie hier ab oder drücke die Büroklammer.
web-kept = Es wurde nichts gestartet. Deine Aufnahme hängt noch an: Ändere die Worte und sende noch einmal.
web-not-a-command = Ich arbeite mit Aufnahmen: Lege hier eine ab, und ich säubere sie. Für mehr tippe / und wähle einen Befehl, oder sende /help.
web-guessed = Ich habe die Aufnahme wie üblich gesäubert. Für anderes beginne mit einem Befehl: Tippe / und wähle einen aus.
web-reconnecting = Verbindung verloren. Neuer Versuch …
web-connected = Wieder verbunden.
web-offline = Undertone ist nicht erreichbar. Prüfe, ob es läuft, und versuche es dann noch einmal.
web-you = Du
web-undertone = Undertone
web-progress = Fortschritt
web-player = Player für { $name }
web-play = Abspielen
web-pause = Anhalten
web-preparing = Wird vorbereitet …
web-position = Stelle
web-listen-to = Anhören
web-keys = Leertaste spielt ab, B wechselt vorher und nachher, Pfeiltasten springen
web-part-removed = Entfernt
web-download = { $name } herunterladen
web-downloads = Downloads
web-open-picture = Bild in voller Größe öffnen
web-cannot-play = Dieser Browser kann das Format nicht abspielen; lade es herunter, um es zu hören.
web-sound-gone = Dieser Ton ist nicht mehr da: Seine Zeit ist um. Sende die Aufnahme noch einmal für ein neues Ergebnis.
web-next-steps = Nächste Schritte
web-other-presets = Behandeln als …
web-newest = Zur neuesten Nachricht
web-try-again = Noch einmal
web-password = Dieser Chat ist geschützt
web-password-label = Passwort
web-enter = Eintreten
web-password-wrong = Das ist nicht das Passwort. Bitte prüfe es und versuche es noch einmal.
web-password-wait = Das waren zu viele falsche Passwörter. Bitte warte eine Minute und versuche es dann noch einmal.
web-reload = Diese Seite ist veraltet. Bitte lade sie neu.
web-too-slow = Das kam nicht rechtzeitig an. Prüfe die Verbindung und versuche es noch einmal.
web-wrong-host = Diese Adresse gehört nicht zu Undertone. Öffne die Adresse, die beim Start angezeigt wurde.
web-wrong-origin = Das kam von einer anderen Seite, deshalb ist nichts geschehen. Benutze die Seite von Undertone selbst.
web-noscript = Diese Seite braucht JavaScript. Bitte schalte es ein und lade sie neu.
