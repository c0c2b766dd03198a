"""The words by which the simulated user understands an agent: patterns over one sentence each, in small letters."""

import re

__all__ = ["ASKS", "CLAIMS", "CLOSES", "COURTESY", "DENIES", "DONE", "HANDS_OVER", "OFFERS", "OPEN", "PROPOSES"]
__all__ += ["NO_INSTRUCTION", "SEARCHING", "STALLS", "UNFINISHED", "URGES"]


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives))


_SOON = r"(?:just |now |then |quickly |first |also |still )*"
_DEEDS = r"process|submit|cancel|updat|chang|return|exchang|refund|arrang|proceed|start|go ahead|get th"
_LOOKS = r"check|look|see|find|pull|get|verif|review|search|take a look"
_DID = (
    r"cancell?ed|returned|refunded|exchanged|processed|submitted|updated|changed|completed?|initiated|set up|arranged"
    r"|done|finali[sz]ed|registered|requested|credited|issued|started|approved|booked|filed|swapped|redirected|recorded"
    r"|moved|renamed|merged|copied|fixed|corrected|replaced|edited|deleted|removed|added|created|saved|written|applied"
)
_WROTE = (
    r"sent|written|scheduled|rescheduled|moved|invited|forwarded|replied|answered|accepted|declined|merged|deleted|removed"
    r"|added|labell?ed|archived|informed|notified|reminded"
)
"""What only counts as done when it is the agent who did it: parcels are sent, too."""
_CHANGED = (
    r"accepted|activated|added|adjusted|allocated|amended|applied|approved|archived|arranged|assigned|authori[sz]ed"
    r"|backed up|billed|blocked|booked|boosted|bought|bumped|cancell?ed|changed|charged|cleaned up|cleared|cloned"
    r"|closed|committed|compensated|configured|converted|copied|corrected|created|credited|debited|declined|decreased"
    r"|deducted|deleted|deployed|deposited|detached|disabled|disconnected|dismissed|dispatched|doubled|downgraded"
    r"|dropped|duplicated|edited|emailed|emptied|enabled|ended|enrolled|erased|escalated|exchanged|executed|expedited"
    r"|exported|extended|filed|filled|finali[sz]ed|fixed|flagged|flushed|forwarded|freed|fro(?:ze|zen)|granted|halted"
    r"|handled|hid(?:den)?|implemented|imported|increased|informed|initiated|inserted|installed|invited|invoiced"
    r"|isolated|issued|killed|labell?ed|launched|lifted|linked|locked|lowered|logged (?!in\b|into\b)|mailed|marked"
    r"|merged|messaged|migrated|modified|moved|muted|notified|ordered|organi[sz]ed|overr(?:ode|idden)|paid|patched"
    r"|paused|pinned|placed|posted|postponed|prioriti[sz]ed|processed|promoted|provisioned|published|purchased|purged"
    r"|pushed|quarantined|raised|rebooted|recorded|redeemed|redirected|reduced|refunded|registered|reimbursed|rejected"
    r"|released|reminded|removed|renamed|renewed|rented|repaired|replaced|replied|requested|reserved|reset|resolved"
    r"|restarted|restored|restricted|resumed|retired|returned|reversed|reverted|revoked|rolled (?:back|out)|rotated"
    r"|routed|saved|scaled|scheduled|sent|settled|shipped|shortened|shut|signed (?!in\b|into\b)|silenced|snoozed|sold"
    r"|split|stopped|stored|submitted|subscribed|suspended|swapped|switched|synced|tagged|terminated|throttled|toggled"
    r"|topped up|traded|trashed|triggered|trimmed|truncated|undid|undone|updated|upgraded|uploaded|voided|waived|wiped"
    r"|wired|withdr(?:ew|awn)|(?:wrote|written)(?! down)|opened (?:a|the|your) (?:case|claim|dispute|ticket|request)"
)
"""What an agent does to the world, and not what it finds out."""
_CHANGED_WHAT = (
    r"completed (?!.{0,20}\b(?:check|search|review|analysis|verification)\b)|transferred (?!you\b)"
    r"|made (?:\w+ ){0,4}(?:adjustment|booking|change|correction|edit|payment|reservation|transfer|update)"
    r"|put (?:it|that|the|this|you|your)\b|set (?:up\b|it\b|that\b|the\b|this\b|your\b)"
    r"|t(?:ook|aken) (?:it |that |the \w+ )?(?:care|down|off|out)\b|turned (?:\w+ ){0,4}(?:on|off)\b"
)
"""The same, by verbs that may mean other things too."""
_PEOPLE = r"human|colleague|specialist|agent|team|representative|person|supervisor|support"
_WANT = (
    r"(?:would you (?:still )?(?:like|want|prefer)|do you (?:still )?(?:want|wish)|(?:you'?d|you would) like|want|like)"
)

ASKS = _any(
    r"\?",
    r"\b(?:please|could you|can you|would you|let me know|tell me|give me|send me|reply|respond|type)\b",
    r"(?<!declined to )(?<!refused to )(?<!unable to )(?<!\bnot )(?<!n't )(?<!cannot )\b(?:provide|share)\b",
    rf"\b(?:i|we)(?:'ll| will)? {_SOON}(?:need|require)\b",
)
OPEN = _any(
    r"^\W*(?:(?:so|and|now|okay|ok|great|thanks?|sure)\W+)*(?:what|which|how|where|when|who|why)\b(?!.*\bsound)"
)
PROPOSES = _any(
    r"\b(?:shall|should|may|can|could) (?:i|we)\b"
    r"(?! (?:please |also |just |kindly )*(?:have|get|ask|know|take|see|check|verify|help|assist|do for|look))",
    rf"\b{_WANT} (?:for )?(?:me|us) to\b",
    r"\b(?:would you (?:still )?like|do you (?:still )?(?:want|wish)) to\b",
    r"\b(?:is|are) (?:that|this|it|these|those|everything|all)\b[^.?!]{0,40}\b"
    r"(?:correct|right|ok|okay|fine|good|alright|accurate)",
    r"\b(?:sound|look)s? (?:good|right|ok|okay|correct|fine|accurate|to you)\b",
    r"\bhow (?:does|do) (?:that|this|these) sound",
    r"\bdo you (?:confirm|agree|approve|consent|authori[sz]e|accept)\b",
    r"\bconfirm(?:ation|ing)?\b"
    r"(?![^.?!]{0,40}\b(?:e-?mail|name|zip|post(?:al)? ?code|identity|account|phone|who you are|details on file)\b)",
    r"\byes ?(?:/|or|\|) ?no\b",
    r"\b(?:reply|say|answer|type|respond)\b[^.?!]{0,12}\byes\b",
    r"\b(?:proceed|go(?:ing)? ahead|move forward|submit (?:this|it|the))\b",
    r"\b(?:ok|okay|alright|fine|happy|good) (?:with (?:you|this|that)|for you|if i|to)\b",
    r"\bare you (?:sure|happy|okay|ok|fine|good)\b",
    r"\b(?:would|does|will) (?:that|this) (?:work|suit|be)\b",
)
CLOSES = _any(
    r"\b(?:anything|something|what) else\b",
    r"\bany (?:other|more|further) (?:question|issue|request|concern|thing|matter)",
    r"\bfurther (?:assist|help|question)",
    r"\b(?:have|enjoy) a (?:great|good|nice|lovely|wonderful|pleasant)\b",
    r"\bthank(?:s| you) for (?:contacting|reaching|shopping|choosing|being|your patience and)\b",
    r"\bgood ?bye\b|\btake care\b(?! of)",
)
DONE = _any(
    rf"\b(?:has|have|is|are|was|were|been|i|i've|we've|successfully|now)\b[^.?!]{{0,80}}\b(?:{_DID})\b",
    rf"\b(?:i|we)(?:'ve| have)?(?: (?:now|just|also|already|successfully|then))* (?:{_WROTE})\b",
    r"^\W*(?:done|all done|all set|success|completed?|it'?s done)\b",
    r"\byou(?:'re| are) all set\b|\btaken care of\b",
    r"\b(?:return|refund|exchange|cancellation|update|change) (?:is|was) (?:complete|successful|confirmed|in place)",
)
CLAIMS = _any(
    r"\b(?:i|we)(?:'ve| have)?(?: (?:now|just|also|already|successfully|then|since|immediately|went|gone|ahead|and))* "
    rf"(?:(?:re-?|un|de)?(?:{_CHANGED})\b|(?:{_CHANGED_WHAT}))"
)
"""The agent says of itself that it has changed something."""
UNFINISHED = _any(
    r"\b(?:not|never|unable|cannot|yet|once|before|if|unless|until|would|after you)\b|n't\b",
    r"\b(?:can|could|may|might|must|should|only) be\b",
)
DENIES = _any(
    r"\bunable to\b|\bunfortunately\b|\b(?:i|we) regret\b|\b(?:sorry|apologies)\b[^.?!]{0,12}\b(?:but|however)\b",
    r"(?:\bnot|n't) (?:\w+ ){0,2}"
    r"(?:possible|eligible|allowed|permitted|able|available|in stock|qualify|covered|offer|accept)\b",
    r"\b(?:can't|cannot|can not|won't)\b|\bno exceptions?\b",
    r"\bno (?:\w+ ){1,3}(?:is|are) (?:possible|allowed|permitted)\b",
    r"\bnot something (?:i|we) can\b|\bagainst (?:our|the|company) polic",
    r"\bpolicy (?:does not|doesn't|prohibits|prevents|forbids)",
    r"\bout of stock\b|\bsold out\b|\b(?:outside|past|beyond|exceed\w*) (?:of )?(?:the|our|your|its) ",
    r"\b(?:expired|too late|ineligible|non[- ]?(?:returnable|refundable))\b",
    r"\bno longer (?:be|possible|eligible|available|returnable)\b",
    r"\bonly (?:be )?(?:possible|available|refunded|refund|permitted|allowed)\b",
    r"\balready (?:been )?(?:shipped|dispatched|on (?:its|the) way|left)\b|\b(?:is|are) (?:a )?final[- ]sale\b",
)
SEARCHING = _any(r"\b(?:find|locate|see|verify|access|look (?:it|that|this|you)? ?up|pull up|until|without|unless)\b")
HANDS_OVER = _any(
    r"\b(?:transfer(?:red|ring|s)?|hand(?:ed|ing)?|pass(?:ed|ing)?|connect(?:ed|ing)?|escalat(?:e|ed|ing)|forward(?:ed|ing)?)\b"
    rf"[^.?!]{{0,60}}\b(?:{_PEOPLE})\b",
    r"\b(?:colleague|specialist|human agent|team member|representative)\b[^.?!]{0,40}"
    r"\bwill (?:be|get|take|contact|reach|help|call|look)",
)
STALLS = _any(
    r"\b(?:one|just a|a) (?:moment|second|minute|sec)\b|\bhold on\b|\bplease wait\b|\bbear with me\b",
    rf"\b(?:i'll|i will|(?:i'm|i am) going to|let me) {_SOON}(?:{_LOOKS}|{_DEEDS})",
    rf"\b(?:i'm|i am|we're|we are) {_SOON}(?:currently )?(?:{_LOOKS}|{_DEEDS})\w*ing\b",
)
URGES = _any(r"\bhurry\b", r"\bspeed (?:this|it|things) up\b", r"\btak(?:e|es|ing) so long\b")
"""The user's impatience in the form of a question, which wants no answer: "Can we hurry up?"."""
OFFERS = _any(
    r"\b(?:i|we|you)(?:'ll| will| can| could|'d| would)\b|\bwill be\b|\bis eligible\b|\bqualif(?:y|ies)\b",
)
NO_INSTRUCTION = _any(
    r"\b(?:do not|don't|never|avoid|without|instead of|rather than|no need|not (?:have|need) to)\b",
    r"\b(?:must|should) ?n[o']t\b",
    r"^\W*(?:(?:great|good|perfect|okay|ok|thanks?|thank you|now|then|so|first|next)\W+)*(?:i|we)\b"
    r"(?!.*(?:(?<!for )\byou|\bplease)\b)",
    r"\b(?:shall|should|may|can|could) (?:i|we)\b|\blet me\b|\b(?:me|us) to\b",
)
"""Speaks of what nobody should do ("do not restart it"), or of what the agent itself does."""
COURTESY = _any(
    r"^\W*(?:please )?(?:let me know|feel free|don't hesitate|do not hesitate|reach out|contact us|note)\b"
    r"(?!.*\b(?:whether|which|what|how|like|want|prefer|proceed|go ahead|correct|confirm|okay|ok)\b)",
    r"\bplease (?:allow|note|be aware|keep|bear|wait|hold|accept|find|pack|drop|ship|use|expect|make sure|give me)\b",
    r"\bmoment,? please\b",
)
"""Sounds like a request and is none: "please allow 5 days", "feel free to write again"."""
