# English, the catalogue that every other one is compared with.
# Short, kind, exact: what happened, what it means, what to do next.

## Units and numbers

unit-byte = { $n } B
unit-kilobyte = { $n } kB
unit-megabyte = { $n } MB
unit-gigabyte = { $n } GB
unit-second = { $n } s
unit-minute = { $n } min
unit-hour = { $n } h
unit-unlimited = unlimited

## What can go wrong: one sentence for every code of services/problems.py

problem-empty_file = This file has no content. Please send it again; it may have been cut off on its way.
problem-unreadable_audio = I could not read this as audio. WAV, MP3, FLAC, M4A, OGG and AIFF work, and the sound of most videos too.
problem-unsupported_format =
    { KNOWN($format) ->
        [yes] The format “{ $format }” is not one I can open.
       *[no] I cannot open this format.
    } WAV, MP3, FLAC, M4A, OGG and AIFF work, and the sound of most videos; please send one of those.
problem-playlist = This is a list of links, not a recording. Please send the audio file itself.
problem-no_sound_there = There is no recording in this message. Choose a message with a voice message, an audio file or a video.
problem-no_sound = There is no sound in this file, so there is nothing to clean. Please send one with a sound track.
problem-truncated = This file breaks off in the middle. Please send it again in full.
problem-too_many_channels =
    { KNOWN($channels) ->
        [yes] This file has { $channels } channels; I can work with up to { KNOWN($limit) ->
            [yes] { $limit }
           *[no] 16
        }.
       *[no] This file has more channels than I can work with.
    } Please mix it down to stereo or split it, then send it again.
problem-too_large =
    { KNOWN($size) ->
        [yes] { KNOWN($limit) ->
            [yes] This file is { SIZE($size, up: 1) }; here the limit is { SIZE($limit) }.
           *[no] At { SIZE($size) }, this file is too large here.
        }
       *[no] { KNOWN($limit) ->
            [yes] This file is larger than { SIZE($limit) }, the limit here.
           *[no] This file is too large here.
        }
    } A shorter excerpt or a compressed format such as MP3 will fit.
problem-too_large_here =
    { KNOWN($size) ->
        [yes] This file is { SIZE($size, up: 1) }
       *[no] This file is too large
    }; this chat gives bots files of up to { SIZE($limit) } only. { KNOWN($url) ->
        [yes] Send a smaller one, such as an MP3 or a voice note, or upload it at { LINK($url) }.
       *[no] Send a smaller one, such as an MP3 or a voice note; whoever runs this bot can lift the limit with a Bot API server of their own.
    }
problem-too_long =
    { KNOWN($seconds) ->
        [yes] { KNOWN($limit) ->
            [yes] This file is { DURATION($seconds, up: 1) } long; here the limit is { DURATION($limit) }.
           *[no] At { DURATION($seconds) }, this file is too long here.
        }
       *[no] { KNOWN($limit) ->
            [yes] This file is longer than { DURATION($limit) }, the limit here.
           *[no] This file is too long here.
        }
    } Please cut it and send the parts one by one.
problem-too_short =
    This recording is too short. I need at least a twentieth of a second of sound.
problem-bad_range =
    { KNOWN($seconds) ->
        [yes] The part from “from” to “to” does not lie inside this recording, which is { DURATION($seconds) } long.
       *[no] The part from “from” to “to” does not lie inside this recording.
    } Write times like 1:20 or 95, with “from” before “to”.
problem-no_file = I need a recording for this. Attach an audio file, a voice note or a video, or reply to one.
problem-not_a_file =
    { KNOWN($path) ->
        [yes] { $path } is not a file.
       *[no] There is no such file.
    } Please check the name; of a folder, name the files in it.
problem-cannot_write =
    { KNOWN($reason) ->
        [yes] The result cannot be written there: { $reason }.
       *[no] The result cannot be written there.
    } Please make room or choose another folder with --out.
problem-file_gone = The recording is no longer there: it was deleted or its time was over. Please send it again.
problem-file_and_link = This came with a file and with a link, and I do not know which of them you mean. Please send it again with one of them.
problem-link_refused = I do not open this link: only public web addresses that begin with https:// or http:// work. Please send the recording as a file.
problem-link_gone = There is nothing at this link, or it is open to others only. Please check it, or send the recording as a file.
problem-link_no_sound = This link leads to a web page, not to a recording. Please use the link of the audio file itself, or send the file.
problem-link_down = The place behind this link does not answer. Please try again later, or send the recording as a file.
problem-bad_option =
    { KNOWN($value) ->
        [yes] “{ $value }” does not fit the option “{ OPTION($option) }”.
       *[no] { KNOWN($word) ->
            [yes] I do not understand “{ $word }” here.
           *[no] I could not understand one of the options.
        }
    } { KNOWN($nearest) ->
        [yes] Did you mean “{ $nearest }”?
       *[no] { KNOWN($example) ->
            [yes] { KNOWN($least) ->
                [yes] It can be { $least } to { $most }, for example “{ $example }”.
               *[no] { KNOWN($most) ->
                    [yes] At most { $most } go together, for example “{ $example }”.
                   *[no] For example “{ $example }”.
                }
            }
           *[no] { KNOWN($choices) ->
                [yes] It can be { $choices }.
               *[no] /help shows what works.
            }
        }
    }
problem-unknown_command =
    { KNOWN($name) ->
        [yes] I do not know the command “{ $name }”.
       *[no] { KNOWN($word) ->
            [yes] I do not know the command “{ $word }”.
           *[no] I do not know this command.
        }
    } { KNOWN($nearest) ->
        [yes] Did you mean /{ $nearest }?
       *[no] /help shows what I can do.
    }
problem-not_yours = This belongs to somebody else, so only they can do that. Send your own recording and I will start on it.
problem-not_yet = This is being sent at this very moment. Please try again when it is there.
problem-under_way = This is under way already; its result comes in a moment.
problem-too_large_together = All files together are too large for this chat, so they come one by one only.
problem-unknown_person = I do not know who “{ $name }” is. Answer a message of theirs with the command, or give their number.
problem-not_admin = Only those who look after this place can do that. Ask one of them.
problem-nothing_set = Say what it should be: { $choices }.
problem-not_watched = I cannot listen to a whole channel here. Whoever runs this bot can allow it with UNDERTONE_DISCORD__AUTO_CLEAN=true, which needs the message content intent in Discord’s developer portal.
problem-no_such_job = I cannot find this job. It may have been forgotten after its time; /jobs shows what is still here.
problem-too_many_jobs =
    { KNOWN($limit) ->
        [yes] { $limit ->
            [0] No recordings are worked on here: it was set so by those who look after this place or run this bot, and they can change it.
            [one] You already have one job in progress, which is the limit here. Please wait until it is done, or cancel it with /cancel.
           *[other] You already have { $limit } jobs in progress, which is the limit here. Please wait until one is done, or cancel one with /cancel.
        }
       *[no] You already have as many jobs in progress as is allowed here. Please wait until one is done, or cancel one with /cancel.
    }
api-no_such_job = There is no such job. It may have been forgotten after its time.
api-not_offered = This is not served here. Whoever runs this server can add it.
api-consent_needed = Only an engine elsewhere does this ({ LIST($engines) }), and recordings of this key are not sent there. Whoever runs this server can allow it with UNDERTONE_PROVIDERS__CONSENT=given.
api-too_many_jobs =
    { KNOWN($limit) ->
        [yes] { $limit ->
            [0] The plan of this key allows no jobs. Whoever runs this server can change that.
            [one] This key already has one job in progress, as many as its plan allows. Wait until it is done, or delete it.
           *[other] This key already has { $limit } jobs in progress, as many as its plan allows. Wait until one is done, or delete one.
        }
       *[no] This key already has as many jobs in progress as its plan allows. Wait until one is done, or delete one.
    }
api-quota_spent = This needs more minutes than the plan of this key has left: { NUMBER($left, maximumFractionDigits: 1) } of { NUMBER($minutes, maximumFractionDigits: 1) }.
problem-quota_spent =
    { KNOWN($left) ->
        [yes] { $minutes ->
            [0] No minutes are given to { $whose ->
                [person] you
                [guests] guests
                [visitors] people who use me from elsewhere
                [space] this place
               *[installation] this installation
            }, so nothing can be done here. Those who look after it can change that.
           *[other] This recording needs more minutes than { $whose ->
                [person] you have
                [guests] guests here have
                [visitors] all who use me from elsewhere have
                [space] this place has
               *[installation] this installation has
            } left: { NUMBER($left, maximumFractionDigits: 1) } of { NUMBER($minutes, maximumFractionDigits: 1) }.
        }
       *[no] There are not enough minutes left for this recording. /usage shows what is left.
    }{ KNOWN($date) ->
        [yes] {" "}They are full again on { DATE($date) }.
       *[no] {""}
    }
problem-banned = You cannot use me here. Those who look after this place decided so and can change it.
problem-not_in_channel = I do not work in this channel. Those who look after this place chose others; /settings channels shows them which.
problem-not_let_in = Only some people can use me here, and you are not among them. Those who look after this place can change that.
problem-cooldown =
    { KNOWN($seconds) ->
        [yes] You asked a moment ago. Please wait { DURATION($seconds, up: 1) } and send it again.
       *[no] You asked a moment ago. Please wait a little and send it again.
    }
problem-not_admitted = Whoever runs this bot offers it to certain places only, and this is none of them. Ask them to add it.
problem-not_in_plan =
    { KNOWN($operation) ->
        [yes] “{ CHOICE($operation) }” is not part of what this place was given. Whoever runs this bot can change that.
       *[no] This is not part of what this place was given. Whoever runs this bot can change that.
    }
problem-not_confirmed = Nobody agreed to the price in time, so nothing was done and nothing was used up. Send it again when you want it.
problem-no_channels = There are no channels or topics here that could be told apart. Leave that out, or do it where there are some.
problem-too_many_kept =
    { KNOWN($limit) ->
        [yes] No more than { NUMBER($limit) } of these can be kept.
       *[no] No more of these can be kept.
    } Take one away that is no longer needed, then try again.
problem-no_settings = Attach the file that /settings export made, or answer a message that has it with /settings import.
problem-bad_settings =
    { KNOWN($where) ->
        [yes] These settings cannot be used: there is something wrong with “{ $where }”. Nothing was changed.
       *[no] This is no file of settings of mine. /settings export makes one. Nothing was changed.
    }
problem-cancelled = Cancelled. Nothing more will be done with this recording.
problem-withdrawn = Deleted while it was under way. Nothing of it is kept.
problem-not_offered =
    { KNOWN($missing) ->
        [yes] I cannot split off { $missing } here. What I can: { $served }.
       *[no] { KNOWN($operation) ->
            [yes] “{ CHOICE($operation) }” cannot be done here the way you asked.
           *[no] This cannot be done here the way you asked.
        }
    } /help shows what is; whoever runs this bot can add more.
problem-consent_needed = This is done by an outside engine only ({ LIST($engines) }), and recordings from here are not sent there. Those who look after this place can allow it with /settings set local_only off.
problem-provider_busy = The engine has too much to do right now. Your minutes were given back; please try again in a few minutes.
problem-provider_down =
    { KNOWN($tries) ->
        [yes] The engine did not answer after { $tries ->
            [one] one try
           *[other] { $tries } tries
        }.
       *[no] The engine did not answer.
    } Your minutes were given back; please try again later.
problem-provider_silent = The engine took the recording but never gave it back. Your minutes were given back; please try again later.
problem-provider_unsure = The engine did not say whether it took the recording, so I did not send it again. Your minutes were given back; please try again later.
problem-provider_lacks =
    { KNOWN($missing) ->
        [yes] The engine cannot split off { $missing }. What it can: { $served }.
       *[no] The engine cannot split off everything that you want.
    } Your minutes were given back; leave that out and send it again.
problem-provider_too_large =
    { KNOWN($limit) ->
        [yes] Even compressed, this recording is larger than the { SIZE($limit) } that the engine takes.
       *[no] This recording is larger than what the engine takes.
    } Your minutes were given back; a shorter part will fit.
problem-provider_too_long = This recording is longer than what the engine takes. Your minutes were given back; a shorter part will fit.
problem-provider_failed = The engine could not process this recording. Your minutes were given back; another file format or a shorter part may work.
problem-result_gone = The result was gone before I could fetch it. Your minutes were given back; please send the recording again.
problem-provider_credit = The engine’s account is used up, so this could not be done. Your minutes were given back; please tell whoever runs this bot.
problem-provider_key = The engine does not accept this bot’s key, so this could not be done. Your minutes were given back; please tell whoever runs this bot.
problem-provider_plan = The engine’s plan does not include this. Your minutes were given back; please tell whoever runs this bot.
problem-disk_full = There is no room for new files here at the moment. Nothing was used up; please try again later or tell whoever runs this bot.
problem-chat_gone = The chat is no longer there, so the result could not be shown. It stays under /jobs until its time is over.
problem-chat_forbidden = I am not allowed to write or send files in this chat. Somebody who manages it can allow that; the result stays under /jobs until its time is over.
problem-chat_unsure = The chat service did not say whether my message arrived. /jobs shows how far your recording is.
problem-chat_down = The chat service did not answer, so this could not be done now. Nothing was used up; please try again later.
problem-card_gone = That message can no longer be changed. /jobs shows how far your recording is.
problem-file_refused = The file was too large for this chat. A shorter stretch fits: give a start and an end.
problem-worker_died = The work on this recording broke off several times. Your minutes were given back; another file format or a shorter part may work.
problem-took_too_long = This recording took longer than is allowed and was stopped. Your minutes were given back; a shorter part will be quicker.
problem-internal =
    { KNOWN($job) ->
        [yes] Something broke on our side; the reference is { $job }.
       *[no] Something broke on our side.
    } Nothing was used up. Please try again, and tell whoever runs this bot if it stays this way.

## Commands and their options

command-denoise = Take the noise out of a recording
command-deecho = Take the echo out of a recording
command-dereverb = Take the sound of the room out of a recording
command-enhance = Clean a recording and make it sound full and even
command-stems = Split music into its parts, such as vocals and instruments
command-jobs = Show your recordings and how far they are
command-cancel = Stop a recording that is in progress
command-usage = Show how many minutes are used and left
command-settings = Show or change how I work here
command-quota = Show or change the limits of this place
command-privacy = Show what is kept, where and for how long
command-forget = Delete your recordings and what is known about you
command-help = Show what I can do
command-confirm = Begin what was asked about
command-again = Do it once more in another way
command-show = Show a recording or its result here
command-delete = Delete a recording and its results now
command-zip = Give everything made of a recording as one file
option-file = The file to work on
option-url = A link to the recording, instead of a file
option-preset = What kind of recording it is
option-operation = What to do instead
option-strength = How strongly to clean
option-format = The file format of the result, or two with a comma: wav,mp3
option-bitrate = The bit rate of mp3, m4a and ogg in kbit/s, 16 to 320
option-keep = What to give back: the clean sound, what was removed, or both
option-from = Where to start, such as 1:20
option-to = Where to end, such as 3:00
option-stems = Which parts to split off, separated by commas
option-cleanup = What to clean before splitting, separated by commas
option-who = For whom: you, everybody here, or this channel
option-auto_clean = Whether every recording in this channel is cleaned unasked
option-reset = Forget what was set
option-local_only = Whether recordings from here stay on this machine
option-answer = Whether they may
option-do = What to do
option-month = Minutes of sound for this place in a month, or unlimited
option-day = Minutes of sound for each person in a day, or unlimited
option-file_mb = The largest file in MB, or unlimited
option-length = The longest recording in minutes, or unlimited
option-jobs = How many jobs one person may have in progress
option-for = Whose minutes: of the place, of each person, or of guests together
option-week = Minutes of sound for this place in a week, or unlimited
option-cooldown = Seconds between two recordings of one person
option-rollover = Minutes left over that go into the next period
option-minutes = How many minutes
option-days = For how many days they hold; without it, until they are used
option-exempt = Whether limits do not count for them
option-user = Which person
option-role = Which role
option-picture = Whether a picture shows what changed
option-reply = Where I answer: in the same place, in a thread, or in private
option-language = In which language I answer
option-confirm = Minutes of sound above which I ask first, or off
option-retention = Hours for which files from here are kept, or off for the usual time
option-timezone = Whose midnight counts, such as Europe/Berlin
option-reports = Whether reports about this place come here
option-save = The name under which to keep these options
option-drop = The name of a preset to take away
option-rule = What to do
option-channel = Which channel or topic; without it, this one
group-quota-show = Show the limits of this place
group-quota-set = Change the limits of this place
group-quota-user = Give one person a limit of their own, or take it away
group-quota-role = Give a role a limit of its own, or take it away
group-quota-gift = Give minutes beyond the usual, to this place or to one person
group-quota-dry-run = Show what a limit would have refused in the last 30 days
group-quota-reset = Go back to the usual limits
group-settings-show = Show what holds here
group-settings-set = Change what holds where nothing is said
group-settings-presets = Show presets of your own, keep or take one away
group-settings-channels = Show or change in which channels I work
group-settings-roles = Show or change which roles may use me
group-settings-people = Show or change which people may use me
group-settings-bans = Show or change who may not use me
group-settings-audit = Show who changed what here
group-settings-export = Give everything that is set here as a file
group-settings-import = Set everything as a file says that was exported before
option-sure = Delete it all without asking again
option-job = Which recording, as /jobs shows it

## Names of options where a place shows them translated: small letters, digits, _ and -

name-file = file
name-url = url
name-preset = preset
name-operation = operation
name-strength = strength
name-format = format
name-bitrate = bitrate
name-keep = keep
name-from = from
name-to = to
name-stems = stems
name-cleanup = cleanup
name-job = job
name-sure = sure
name-who = who
name-auto_clean = auto_clean
name-reset = reset
name-local_only = local_only
name-do = do
name-month = month
name-day = day
name-file_mb = file_mb
name-length = length
name-jobs = jobs
name-for = for
name-week = week
name-cooldown = cooldown
name-rollover = rollover
name-minutes = minutes
name-days = days
name-exempt = exempt
name-user = user
name-role = role
name-picture = picture
name-reply = reply
name-language = language
name-confirm = confirm
name-retention = retention
name-timezone = timezone
name-reports = reports
name-save = save
name-drop = drop
name-rule = rule
name-channel = channel

## Names of choices

choice-place = The place together
choice-each = Each person
choice-guests = Guests together
choice-auto = Automatic
choice-podcast = Podcast
choice-video = Video
choice-call = Call
choice-voiceover = Voice-over
choice-music = Music
choice-soft = Soft
choice-normal = Normal
choice-strong = Strong
choice-same = Like the recording
choice-wav = WAV
choice-mp3 = MP3
choice-flac = FLAC
choice-m4a = M4A
choice-ogg = OGG
choice-aiff = AIFF
choice-me = Me
choice-show = Show
choice-set = Change
choice-user = A person
choice-role = A role
choice-gift = A gift
choice-reset = Reset
choice-dry-run = Try out
choice-here = Here
choice-channel = This channel
choice-thread = In a thread
choice-private = In private
choice-allow = Allow
choice-deny = Keep out
choice-clear = Clear
choice-add = Add
choice-remove = Remove
choice-presets = Presets
choice-channels = Channels
choice-roles = Roles
choice-people = People
choice-bans = Bans
choice-audit = Audit log
choice-export = Export
choice-import = Import
choice-unlimited = Unlimited
choice-en = English
choice-de = Deutsch
choice-on = On
choice-off = Off
choice-no = No
choice-yes = Yes
choice-clean = Clean sound
choice-residual = What was removed
choice-both = Both
choice-denoise = Remove noise
choice-deecho = Remove echo
choice-dereverb = Remove room sound
choice-enhance = Enhance
choice-stems = Split into parts
choice-vocals = Vocals
choice-instrumental = Instrumental
choice-male_vocal = Male vocal
choice-female_vocal = Female vocal
choice-lead_vocal = Lead vocal
choice-back_vocal = Backing vocals
choice-bass = Bass
choice-drums = Drums
choice-guitar = Guitar
choice-piano = Piano
choice-keys = Keys
choice-strings = Strings
choice-winds = Winds
choice-rhythm_guitar = Rhythm guitar
choice-solo_guitar = Solo guitar
choice-acoustic_guitar = Acoustic guitar
choice-electric_guitar = Electric guitar
choice-kick_drum = Kick drum
choice-snare_drum = Snare drum
choice-toms = Toms
choice-hi_hat = Hi-hat
choice-ride = Ride cymbal
choice-crash = Crash cymbal
choice-other = Everything else

## Operations as nouns, states as words

operation-denoise = Noise removal
operation-deecho = Echo removal
operation-dereverb = Room sound removal
operation-enhance = Enhancement
operation-stems = Splitting into parts
state-receiving = arriving
state-queued = waiting
state-submitting = in progress
state-running = in progress
state-collecting = nearly done
state-delivering = nearly done
state-done = done
state-purged = deleted
state-failed = did not work
state-cancelled = cancelled

## The card of a job

card-received = Got { $name }. I am having a look at it.
card-queued =
    { $place ->
        [1] { $name } is waiting; it is next.
       *[other] { $name } is waiting at place { $place } in the line.
    }
card-working =
    { KEY($operation) ->
        [denoise] Removing the noise from { $name } …
        [deecho] Removing the echo from { $name } …
        [dereverb] Removing the sound of the room from { $name } …
        [enhance] Cleaning and polishing { $name } …
        [stems] Splitting { $name } into parts …
       *[other] Working on { $name } …
    }
card-more-lines = … and { $count ->
    [one] one more
   *[other] { $count } more
}.
card-progress = { NUMBER($percent, maximumFractionDigits: 0) } %
card-time-left = About { DURATION($seconds) } left
card-collecting = { $name } is nearly done; I am fetching the result …
album-progress =
    { $done ->
        [0] Got { $count } recordings.
        [one] { $done } of { $count } recordings is done.
       *[other] { $done } of { $count } recordings are done.
    }
album-count =
    { $count ->
        [one] One recording
       *[other] { $count } recordings
    }
album-removed =
    { $count ->
        [one] This is what was removed from one recording.
       *[other] This is what was removed from { $count } recordings.
    }
album-about = { $name }: { $about }
album-buttons = A button shows one of them with everything that can be done next.
card-trying-again = That did not work at once; this is try { $attempt }.
card-paid = This recording is at { $engine } now; even if you cancel, it counts as used.
card-estimate = Estimated cost for this bot’s account: { $cost }
card-cost-risen = It cost this bot’s account { $cost }, more than the estimated { $estimate }.
cost-credits =
    { $amount ->
        [one] one credit
       *[other] { NUMBER($amount, maximumFractionDigits: 2) } credits
    }
cost-minutes =
    { $amount ->
        [one] one minute
       *[other] { NUMBER($amount, maximumFractionDigits: 2) } minutes
    }
card-other-engine = { $engine } did this, as { LIST($others) } could not.
engine-own = This bot’s own engine
card-done =
    { KEY($operation) ->
        [denoise] { $name }: the noise is removed
        [deecho] { $name }: the echo is removed
        [dereverb] { $name }: the sound of the room is removed
        [enhance] { $name }: cleaned and polished
        [stems] { $name }: split into parts
       *[other] { $name }: done
    }{ KEY($strength) ->
        [soft] {" "}(soft)
        [strong] {" "}(strong)
       *[normal] {""}
    }{ KEY($preset) ->
        [podcast] {" "}for a podcast.
        [video] {" "}for a video.
        [call] {" "}as a call.
        [voiceover] {" "}as a voice-over.
        [music] {" "}as music.
       *[auto] .
    }
card-removed = This is what was removed from { $name }.
card-unchanged = { $name } is as it was.
card-nothing = Nothing was removed from { $name }.
card-silent = There is nearly no sound in { $name }, so there was nothing to do.
card-fitted = As { CHOICE($wanted) } it was too large for this chat, so it is { CHOICE($given) }.
card-sound-only = The film was too large for this chat, so here is its sound as { CHOICE($given) }.
card-zipped = Everything made of { $name }, { $count } files in one.
card-squeezed = To fit into this chat it has a lower bit rate.
card-cut = As one { CHOICE($wanted) } file it was too large for this chat, so it comes in { $count } parts as { CHOICE($given) }.
card-linked = It is too large for this chat, so there is a link to it.
card-too-large = It is too large for this chat, in any format. A shorter stretch fits: give a start and an end.
card-one-linked = As { CHOICE($wanted) } it is too large for this chat, so there is a link to it.
card-one-too-large = As { CHOICE($wanted) } it is too large for this chat, so it comes as { CHOICE($given) } only.
card-late = { $name } takes longer than this message can be kept up to date. I will send the result when it is done; the button shows how far it is.
card-quote = { $name } takes { DURATION($seconds) } of the minutes here. That is more than what is done without asking: shall I begin? Nothing is used up if you cancel, or if nobody answers within an hour.
confirm-done = Thank you, it is being worked on.
card-warning =
    { $percent ->
        [100] The minutes of this place are used up.
       *[other] { NUMBER($percent) } % of the minutes of this place are used.
    } /usage shows when they return.
action-confirm = Begin
card-failed = { $name }: { $problem }
card-expired = The files of { $name } are deleted, because their time is over or you asked for it. Send it again to get a new result.

note-music = It sounds like music, so I was gentle with it.
note-clean = It was nearly clean already, so I changed little.
note-narrow_band = It sounds like a phone or video call, so I treated it as one.
note-steady_noise = There was steady noise behind the voice, so I turned it down well.
note-noisy_speech = There was a lot of noise around the voice, so a lot had to go.
note-speech = It is a voice with a little noise, so I cleaned it lightly.
note-changing_noise = The noise behind the voice came and went, so I followed it.
note-hum = There was mains hum, so I took that out first.
note-room = It was recorded in a room that rings, so I took some of the room out as well.
note-room_left = It was recorded in a room that rings; /dereverb takes that out.
note-silence = There was nearly no sound in it, so I changed little.
note-no_echo = I heard no distinct echo in it, so I changed nothing. For the sound of a room there is /dereverb.
note-dry = It hardly sounds like a room, so I changed nothing.
note-quick = Split by the built-in quick separator: good for a preview or karaoke; parts will leak into each other.

action-cancel = Cancel
action-again =
    { KNOWN($preset) ->
        [yes] Try “{ CHOICE($preset) }”
       *[no] Try again
    }
action-try-again = Try again
action-one = { $name } …
action-one-again = { $name }: try again
action-softer = Softer
action-stronger = Stronger
action-removed = What was removed
action-back = Back
action-stems = Stems
action-deecho = Echo
action-show = Show it here
menu-presets = Another preset …
menu-preset = Preset …
menu-strength = Strength …
menu-format = Format …
menu-answer = Answers …
menu-language = Language …
menu-results = Show a result again …
menu-clean = Clean this audio
menu-stems = Split into stems
action-forget = Delete everything of mine
forget-sure = This deletes all your recordings and results, cancels what is in progress, and forgets your settings. It cannot be undone. What others have saved from the chat is theirs.
forget-done =
    { $count ->
        [0] There was nothing of yours but your settings; they are forgotten.
        [one] Your recording is deleted with everything that was made of it, and your settings are forgotten.
       *[other] Your { $count } recordings are deleted with everything that was made of them, and your settings are forgotten.
    }
forget-counts =
    { $results ->
        [0] No result was kept any more.
        [one] One result went with it.
       *[other] { $results } results went with it.
    } { $cancelled ->
        [0] Nothing was in progress.
        [one] One recording was in progress and is cancelled.
       *[other] { $cancelled } recordings were in progress and are cancelled.
    }
forget-there = At { LIST($engines) } it is deleted too.
forget-nowhere = { LIST($engines) } has seen recordings of yours and offers no way to delete them from here.
forget-unsure = { LIST($engines) } was handed a recording and had not said yet what it is called there, so it could not be deleted by name; it expires there by itself.
forget-rest = The rest goes within a minute.
forget-sums = How many minutes were used still counts towards the limits, without your name.
action-zip = All as ZIP
action-delete = Delete
delete-files = This result of { $name } is deleted here. A message in the chat I could not take away; please delete that one yourself.
delete-one = This result of { $name } is deleted. What else was made of it stays until you delete it there.
delete-done = { $name } and what was made of it are deleted.

## The picture

picture-before = Before
picture-after = After
card-figures = Noise floor { NUMBER($noise_floor_before_db, maximumFractionDigits: 0) } → { NUMBER($noise_floor_after_db, maximumFractionDigits: 0) } dBFS · loudness { NUMBER($loudness_before_lufs, maximumFractionDigits: 0) } → { NUMBER($loudness_after_lufs, maximumFractionDigits: 0) } LUFS · peak { NUMBER($peak_before_db, maximumFractionDigits: 0) } → { NUMBER($peak_after_db, maximumFractionDigits: 0) } dBFS
card-figures-enhanced = Noise { NUMBER($under_before_db, maximumFractionDigits: 0) } → { NUMBER($under_after_db, maximumFractionDigits: 0) } dB under the voice · loudness { NUMBER($loudness_before_lufs, maximumFractionDigits: 0) } → { NUMBER($loudness_after_lufs, maximumFractionDigits: 0) } LUFS · peak { NUMBER($peak_before_db, maximumFractionDigits: 0) } → { NUMBER($peak_after_db, maximumFractionDigits: 0) } dBFS
picture-alt =
    The sound before and after. Noise floor: { NUMBER($noise_floor_before_db, maximumFractionDigits: 1) } dBFS before, { NUMBER($noise_floor_after_db, maximumFractionDigits: 1) } dBFS after.
    Loudness: { NUMBER($loudness_before_lufs, maximumFractionDigits: 1) } LUFS before, { NUMBER($loudness_after_lufs, maximumFractionDigits: 1) } LUFS after.
    Peak: { NUMBER($peak_before_db, maximumFractionDigits: 1) } dBFS before, { NUMBER($peak_after_db, maximumFractionDigits: 1) } dBFS after.

## Your recordings

jobs-none = You have no recordings here at the moment. Send one and I will start on it.
jobs-elsewhere = What you sent me elsewhere I only show where nobody else reads along: ask me in private.
jobs-title =
    { $count ->
        [one] Your latest recording:
       *[other] Your { $count } latest recordings:
    }
jobs-line = { $name } · { $operation } · { CHOICE($preset) }, { CHOICE($strength) } · { $state } · { DATE($at, time: 1) }
jobs-progress = { $state }, { NUMBER($percent, maximumFractionDigits: 0) } %
jobs-place = waiting at place { $place }
jobs-result =
    { $operation }{ KEY($strength) ->
        [normal] {""}
       *[other] , { CHOICE($strength) }
    }{ KEY($preset) ->
        [auto] {""}
       *[other] , { CHOICE($preset) }
    }{ KEY($keep) ->
        [residual] , what was removed
       *[other] {""}
    } · { $name } · { DATE($at, time: 1) }
cancel-done =
    { $count ->
        [0] None of your recordings is in progress, so there is nothing to cancel.
        [one] One recording is cancelled.
       *[other] { $count } recordings are cancelled.
    }

## Settings and limits

settings-title = When you name nothing else:
settings-own = For you: { $what }
settings-here = For everybody here: { $what }
settings-channel = In this channel: { $what }
settings-now = Together, for you here: { $what }
settings-words =
    { CHOICE($preset) }, { CHOICE($strength) }, { KEY($format) ->
        [same] same format
       *[other] { CHOICE($format) }
    }{ KNOWN($second) ->
        [yes] {" "}and { CHOICE($second) }
       *[no] {""}
    }{ KNOWN($bitrate) ->
        [yes] , { $bitrate } kbit/s
       *[no] {""}
    }{ KEY($keep) ->
        [residual] , what was removed
        [both] , both sides
       *[other] {""}
    }{ KEY($picture) ->
        [on] , with a picture
        [off] , without a picture
       *[other] {""}
    }{ KEY($reply) ->
        [here] , answered in the same place
        [thread] , answered in a thread
        [private] , answered in private
       *[other] {""}
    }{ KNOWN($language) ->
        [yes] , { CHOICE($language) }
       *[no] {""}
    }
settings-name = { $name }
settings-reply-here = In the same place
settings-reply-thread = In a thread
settings-reply-private = In private
settings-picture-on = With a picture
settings-picture-off = Without a picture
settings-watched = Every recording in this channel is cleaned unasked.
settings-confirm =
    { $minutes ->
        [0] Before anything is done here, whoever asks is told what it takes.
       *[other] Above { NUMBER($minutes, maximumFractionDigits: 1) } min, whoever asks is told first what it takes.
    }
settings-retention =
    { $hours ->
        [0] Files from here are deleted right after delivery.
        [one] Files from here are kept for one hour after delivery.
       *[other] Files from here are kept for { NUMBER($hours, maximumFractionDigits: 1) } hours after delivery.
    }
settings-timezone = The clock here is that of { $zone }.
settings-reports-here = Reports about this place come here.
settings-reports-set = Reports about this place come to another channel.
settings-channel-allow = I work in { CHANNEL($channel) }.
settings-channel-deny = I do not work in { CHANNEL($channel) }.
settings-role-allow = Those with the role { ROLE($who) } may use me.
settings-user-allow = { PERSON($who) } may use me.
settings-ban = { PERSON($who) } may not use me.
settings-no-channels = I work in every channel. /settings channels deny or allow changes that.
settings-no-roles = No role is named, so no role is left out. /settings roles allow changes that.
settings-no-people = Nobody is named, so nobody is left out. /settings people allow changes that.
settings-no-bans = Nobody is banned here.
settings-no-presets = There are no presets of your own yet.
settings-preset-own = “{ $name }”, yours: { $what }
settings-preset-here = “{ $name }”, for everybody here: { $what }
settings-presets-how = /settings presets save and a name keeps one, and /denoise preset and that name uses it.
settings-exported = Here is everything that is set here. /settings import takes it back, here or elsewhere. People stand in it by their numbers, so mind whom you give it to.
settings-imported =
    { $count ->
        [0] Everything in this file was so already; nothing has changed.
        [one] The file is taken over; one thing has changed:
       *[other] The file is taken over; { NUMBER($count) } things have changed:
    }
settings-changed = { $what }: { $before } → { $after }
settings-left-out = People, roles and channels in it were left out where they mean nothing here, and so were limits that are not yours to set.
audit-none = Nothing was changed here yet.
audit-title = The latest changes, the newest first:
audit-line = { DATE($at, time: 1) } · { $who } · { $what }: { $before } → { $after }
audit-operator = whoever runs this bot
audit-forgotten = somebody who was forgotten
audit-person = { PERSON($who) }
audit-role = the role { ROLE($who) }
audit-channel = { CHANNEL($channel) }
audit-value = { CHOICE($value) }
audit-nothing = nothing
audit-option =
    { KEY($option) ->
        [preset] preset
        [strength] strength
        [format] format
        [keep] what to give back
        [bitrate] bit rate
        [picture] picture
        [reply] where I answer
        [language] language
       *[other] { $option }
    }
audit-habits = { $option } for everybody
audit-channels = { $option } in { CHANNEL($channel) }
audit-presets = { $option } of the preset “{ $name }”
audit-confirm = minutes above which I ask first
audit-retention = hours for which files are kept
audit-timezone = time zone
audit-reports = where reports are read
audit-consent = sending recordings to outside engines
audit-auto_clean = cleaning unasked in { CHANNEL($channel) }
audit-gift = minutes given to this place
audit-gift-to = minutes given to { $who }
audit-quota-space = minutes of this place in a { $period ->
         [day] day
         [week] week
        *[month] month
    }
audit-quota-each = minutes of each person in a { $period ->
         [day] day
         [week] week
        *[month] month
    }
audit-quota-guests = minutes of guests in a { $period ->
         [day] day
         [week] week
        *[month] month
    }
audit-quota-who = minutes of { $who } in a { $period ->
         [day] day
         [week] week
        *[month] month
    }
audit-quota-file_mb = largest file in MB
audit-quota-length = longest recording in minutes
audit-quota-jobs = jobs in progress for each person
audit-quota-cooldown = seconds between two recordings
audit-quota-rollover = minutes that roll over
audit-exempt = exempt from limits: { $who }
audit-channel-allow = allowed channel { CHANNEL($channel) }
audit-channel-deny = denied channel { CHANNEL($channel) }
audit-let-in = let in: { $who }
audit-ban = banned: { $who }
audit-other = { $what }
settings-sent = Recordings from here may be sent to { LIST($engines) }.
settings-kept = Recordings from here stay on this machine, and nothing is sent to { LIST($engines) }.
consent-ask = May recordings from here be sent to { LIST($engines) }, which can do more than this bot’s own engine? Until somebody who looks after this place says yes, nothing leaves the machine that runs this bot.
consent-ask-own = May your recordings be sent to { LIST($engines) }, which can do more than this bot’s own engine? Until you say yes, nothing leaves the machine that runs this bot.
consent-given = Recordings from here may now be sent to { LIST($engines) }. /settings set local_only on ends that.
consent-refused = Recordings from here stay on this machine. /settings set local_only off changes that.
action-consent-yes = Yes, they may
action-consent-no = No, keep them here
settings-how = To change something, name it: a preset, a strength, a format. A channel’s settings come first, then your own, then those for everybody.
digest-title =
    { $jobs ->
        [0] Last week here: no recording was finished.
        [one] Last week here: one recording, { DURATION($seconds) } of sound.
       *[other] Last week here: { NUMBER($jobs) } recordings, { DURATION($seconds) } of sound.
    }
digest-here = { DURATION($seconds) } of it were done by this bot’s own engine, which costs nothing by the minute.
digest-sent = { DURATION($seconds) } of it were sent to { $engine }.
digest-failures =
    { $count ->
        [one] One recording was not done:
       *[other] { NUMBER($count) } recordings were not done; most often:
    }
digest-cause = { NUMBER($count) } × { $cause }
quota-title = The limits of this place:
quota-space = { NUMBER($number, maximumFractionDigits: 1) } min of sound { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }, for everybody together
quota-space-unlimited = { $period ->
         [day] Any number of minutes in a day, for everybody together
         [week] Any number of minutes in a week, for everybody together
        *[month] Any number of minutes in a month
    }
quota-each = { NUMBER($number, maximumFractionDigits: 1) } min of sound { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    } for each person
quota-each-unlimited = { $period ->
         [week] Any number of minutes in a week for each person
         [month] Any number of minutes in a month for each person
        *[day] Any number of minutes in a day for each person
    }
quota-guests = { NUMBER($number, maximumFractionDigits: 1) } min of sound { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    } that guests share: all who have no minutes of their own
quota-guests-unlimited = Guests share any number of minutes { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }
quota-file_mb = { NUMBER($number, maximumFractionDigits: 1) } MB a file
quota-file_mb-unlimited = Files of any size
quota-length = { NUMBER($number, maximumFractionDigits: 1) } min a recording
quota-length-unlimited = Recordings of any length
quota-jobs =
    { $number ->
        [one] One job in progress for each person
       *[other] { NUMBER($number, maximumFractionDigits: 0) } jobs in progress for each person
    }
quota-jobs-unlimited = Any number of jobs in progress
quota-cooldown = { NUMBER($number, maximumFractionDigits: 1) } s between two recordings of one person
quota-cooldown-unlimited = One recording of each person, and no second
quota-rollover = What is left over goes into the next period, up to { NUMBER($number, maximumFractionDigits: 1) } min
quota-rollover-unlimited = Whatever is left over goes into the next period
quota-capped = More than that was set, but whoever runs this bot gives this place no more.
quota-user = { PERSON($who) } has { NUMBER($number, maximumFractionDigits: 1) } min { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }.
quota-user-unlimited = { PERSON($who) } has no limit { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }.
quota-user-exempt = { PERSON($who) } is exempt: what they use is counted and never refused.
quota-role = Each with the role { ROLE($who) } has { NUMBER($number, maximumFractionDigits: 1) } min { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }.
quota-role-unlimited = Nobody with the role { ROLE($who) } has a limit { $period ->
         [day] in a day
         [week] in a week
        *[month] in a month
    }.
quota-role-exempt = Everybody with the role { ROLE($who) } is exempt: what they use is counted and never refused.
quota-gift = { NUMBER($number, maximumFractionDigits: 1) } min were given beyond that and are left{ KNOWN($until) ->
        [yes] , until { DATE($until, time: 1) }
       *[no] {""}
    }.
quota-rolled = { NUMBER($number, maximumFractionDigits: 1) } min were left over from the period before{ KNOWN($until) ->
        [yes] , and hold until { DATE($until, time: 1) }
       *[no] {""}
    }.
quota-given =
    { KNOWN($who) ->
        [yes] { PERSON($who) } has
       *[no] This place has
    } { NUMBER($number, maximumFractionDigits: 1) } min more now{ KNOWN($until) ->
        [yes] , until { DATE($until, time: 1) }
       *[no] {""}
    }. They are used when the usual ones are spent.
quota-dry-run =
    { $jobs ->
        [0] Nothing was done here in the last 30 days, so there is nothing to try this on.
       *[other] With this rule, { NUMBER($refused) } of { $jobs ->
            [one] one job
           *[other] { NUMBER($jobs) } jobs
        } of the last 30 days would have been refused{ $people ->
            [0] .
            [one] , all of one person.
           *[other] , of { NUMBER($people) } people.
        } Gifts are not counted in. Nothing was changed; /quota set does.
    }

## Usage

usage-own = You have used { NUMBER($minutes, maximumFractionDigits: 1) } of { NUMBER($limit, maximumFractionDigits: 1) } min { $period ->
         [day] today
         [week] this week
        *[month] this month
    }; all are back on { DATE($date, time: 1) }.
usage-own-unlimited = You have used { NUMBER($minutes, maximumFractionDigits: 1) } min this month; there is no limit.
usage-space = This place has used { NUMBER($minutes, maximumFractionDigits: 1) } of { NUMBER($limit, maximumFractionDigits: 1) } min { $period ->
         [day] today
         [week] this week
        *[month] this month
    }; all are back on { DATE($date, time: 1) }.
usage-space-unlimited = This place has used { NUMBER($minutes, maximumFractionDigits: 1) } min this month; there is no limit.
usage-guests = Guests here have used { NUMBER($minutes, maximumFractionDigits: 1) } of the { NUMBER($limit, maximumFractionDigits: 1) } min that they share { $period ->
         [day] today
         [week] this week
        *[month] this month
    }; all are back on { DATE($date, time: 1) }.
usage-guests-unlimited = Guests here have used { NUMBER($minutes, maximumFractionDigits: 1) } min this month; there is no limit.
usage-visitors = All who use me from elsewhere have used { NUMBER($minutes, maximumFractionDigits: 1) } of the { NUMBER($limit, maximumFractionDigits: 1) } min that they share { $period ->
         [day] today
         [week] this week
        *[month] this month
    }; all are back on { DATE($date, time: 1) }.
usage-visitors-unlimited = All who use me from elsewhere have used { NUMBER($minutes, maximumFractionDigits: 1) } min this month; there is no limit.
usage-gift = Beyond that, { NUMBER($minutes, maximumFractionDigits: 1) } min were given and are left{ KNOWN($until) ->
        [yes] , until { DATE($until, time: 1) }
       *[no] {""}
    }.
usage-rollover = { NUMBER($minutes, maximumFractionDigits: 1) } min are left over from the period before{ KNOWN($until) ->
        [yes] , until { DATE($until, time: 1) }
       *[no] {""}
    }.

## Privacy

privacy-local =
    { KNOWN($until) ->
        [yes] Nothing left this bot's own machine; kept until { DATE($until, time: 1) }.
       *[no] Nothing left this bot's own machine.
    }
privacy-copies =
    { KNOWN($until) ->
        [yes] Cleaned on this bot's own machine, where the files are kept until { DATE($until, time: 1) }.
       *[no] Cleaned on this bot's own machine.
    }
privacy-about =
    { NUMBER($hours, maximumFractionDigits: 1) ->
        [0] Recordings are deleted right after delivery, and so are the results.
        [one] Recordings and their results are kept for one hour after delivery, so that buttons and /jobs work; then they are deleted.
       *[other] Recordings and their results are kept for { NUMBER($hours, maximumFractionDigits: 1) } hours after delivery, so that buttons and /jobs work; then they are deleted.
    } What was written here is forgotten after { NUMBER($days) } days, file names too. What stays is how many minutes were used.

privacy-sent =
    { KNOWN($until) ->
        [yes] Sent to { LIST($engines) } to be worked on; here it is kept until { DATE($until, time: 1) }.
       *[no] Sent to { LIST($engines) } to be worked on.
    }
privacy-file = Everything that is held about you here is in the file. /forget deletes it.
privacy-here = Recordings are processed on the machine that runs this bot.
privacy-elsewhere = Recordings from here may be sent to { LIST($engines) } to be worked on; /settings set local_only on keeps them on the machine that runs this bot.
privacy-nowhere = Recordings are processed on the machine that runs this bot. Nothing is sent to { LIST($engines) } from here; /settings set local_only off would allow it.

## Help

help-title = Send me a recording and I clean it: an audio file, a voice note, a video, or a link to one of them. These commands do more:
help-line = /{ $name } – { $about }

## Telegram

telegram-start = Send me a voice note, an audio file or a video and I clean it. /help shows what else I can do.
telegram-anonymous = You write as the group, so I cannot tell what is yours. Switch anonymity off for a moment, or ask me in our own chat.
telegram-hint = Send me a recording and I clean it; /help shows what else I can do.
telegram-send-sound = { $operation }: now send me the recording.
telegram-send-reply = { $operation }: answer this message with the recording, or type the command in answer to one.
telegram-no-sound = { $name } is no recording that I know. Send sound or a film, such as WAV, MP3, OGG or MP4.
telegram-only-part = I see only this one file of your album: in groups I am shown what is addressed to me, and no more. Answer each of the others with the command, or let an admin make me an admin here.
telegram-waits-no-more = I no longer wait for a recording.
telegram-guest-hint = Answer a recording with @{ $name } and I clean it; add what else you want, such as “@{ $name } stems”.
telegram-in-private = Open in private
telegram-open-me = I answer you in private, but may not write to you first. Open our chat once and press Start.
telegram-open-ask = This is for you alone, but I may not write to you first. Open our chat, press Start and ask there again.
telegram-owner-hint = Type that in answer to a recording in the chat, and I put the clean one there in your name.
telegram-owner-rights = I may not write there in your name: allow me to reply in Settings → Telegram Business → Chatbots.

## Discord

discord-left-out = Left out, because it is no sound: { $names }
discord-help = Give me a recording and I clean it: with a command, or by right click or long press on a message with sound, then Apps. These are the commands:
discord-choose = Recordings, one or several
discord-thread = Recording
discord-in-thread = The answer is in the thread of this message.
discord-no-thread = You wanted your answers in threads, but I cannot open one here, so this one came into the channel. For threads I need the rights to create public threads and to write in them.
discord-document = The file is too large for this chat, so it could not be sent along.

## Web chat

web-title = Undertone
web-language = Language
web-theme = Light or dark
web-welcome = Drop a recording here and get it back clean
web-welcome-touch = Send a recording and get it back clean
web-welcome-how =
    A voice note, a podcast, a song or a video: I take out { $room ->
        [yes] noise, echo and room
       *[no] noise, hum and hiss
    }{ $stems ->
        [yes] , or split music into its parts.
       *[no] , and make voices clearer.
    }
web-stays-local = Your sound stays on this machine unless you agree to something else.
web-stays-server = Your sound stays on this server unless you agree to something else.
web-choose = Choose a recording
web-sample = Try it with a sample
web-conversation = Conversation
web-compose = Your message
web-placeholder = Drop a recording, or type / for commands
web-placeholder-touch = Type / for more
web-placeholder-file = Send to remove the noise, or choose something else
web-attach = Attach recordings
web-send = Send
web-record = Record with the microphone
web-record-stop = Stop recording
web-record-name = Recording { $time }
web-record-refused = The browser did not let me use the microphone. Allow it in the address bar, or attach a file.
web-suggestions = Suggestions
web-quick-operations = What to do
web-quick-options = How to do it
web-files = Attached recordings
web-remove-file = Remove { $name }
web-uploaded = { $name } is attached
web-upload-failed = { $name } did not arrive. Check the connection and attach it again.
web-upload-too-large = { $name } is larger than { $limit }, the limit here. A shorter excerpt or a compressed format such as MP3 will fit.
web-drop-now = Clean it now
web-drop-now-hint = Starts at once with the usual settings
web-drop-add = Add it and choose
web-drop-add-hint = Say what to do with it, then send
web-needs-file = Add a recording for this: drop it here or press the paper clip.
web-kept = Nothing was started. Your recording is still attached: change the words and send again.
web-not-a-command = I work with recordings: drop one here and I clean it. For more, type / and choose a command, or send /help.
web-guessed = I cleaned the recording in the usual way. For something else, begin with a command: type / and choose one.
web-reconnecting = Connection lost. Trying again …
web-connected = Connected again.
web-offline = I cannot reach Undertone. Check that it is running, then try again.
web-you = You
web-undertone = Undertone
web-progress = Progress
web-player = Player for { $name }
web-play = Play
web-pause = Pause
web-preparing = Getting it ready …
web-position = Position
web-listen-to = Listen to
web-keys = Space plays, B switches before and after, arrow keys move
web-part-removed = Removed
web-download = Download { $name }
web-downloads = Downloads
web-open-picture = Open the picture in full size
web-cannot-play = This browser cannot play this format; download it to listen.
web-sound-gone = This sound is no longer here: its time is over. Send the recording again to get a new result.
web-next-steps = Next steps
web-other-presets = Treat it as …
web-newest = Go to the newest message
web-try-again = Try again
web-password = This chat is protected
web-password-label = Password
web-enter = Enter
web-password-wrong = This is not the password. Please check it and try again.
web-password-wait = There were too many wrong passwords. Please wait a minute, then try again.
web-reload = This page is out of date. Please reload it.
web-too-slow = This did not arrive in time. Check the connection and try again.
web-wrong-host = This address is not one of Undertone’s. Open the address that was printed at start.
web-wrong-origin = This came from another page, so it was not done. Use Undertone’s own page.
web-noscript = This page needs JavaScript. Please switch it on and reload.
