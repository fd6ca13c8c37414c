"""The kinds of ledger rows and what their `data` holds. The verifier reads exactly these (docs/bundle.md).

Entries appear under their blind codes and judges under their panel codes; names never. Events, stages, periods and
aspects appear under the ids of the rule set (`event` is the event's id). Numbers with decimals are texts.

| kind | data |
|---|---|
| adoption | event, version, rules (digest of the rule set); a change also: replaces, reason, proposed_by … |
| draw | event, entries: [{code, commitment}] (`chain.commitment(salt, entry id, code)`); a code is drawn once |
| layer | event, layer, entries: [{code, commitment}] (`chain.commitment(salt, source, code)`) |
| unseal | event, layer, state (`opened`, `witnessed`); layer 2 when opened: lines [{from, to, salt}] |
| seed | event, stage, draw, commitment (SHA-256 of the seed), list (digest), entries, stations (docs/draw.md) |
| order | event, stage, draw, seed, public, order: [code] |
| void | event, stage, draw, reason, proposed_by, confirmed_by: that draw of order counts no more (docs/draw.md) |
| factor | event, entry, stage, aspect, repetition, value (text; null withdraws it) |
| measure | event, entry, name, value (text; null withdraws it), reason: values of the tie chain, such as minutes |
| fact | event, entry, fact, place, value (text; null withdraws it), reason: `class`, `held`, `lot` without a place; |
| | `category` [name]; `wild_card` [stage]; `absent`, `late` [stage, period]; `times` [stage, aspect] |
| veto | event, entry, veto, state (`given`, `withdrawn`), reason |
| withdrawal | event, entry, state (`withdrawn`, `restored`), reason: an entry that does not compete |
| recusal | event, stage, judge, entry, state (`recused`, `lifted`), reason; `recused` also: automatic (1: found by |
| | itself, 0: by hand); by hand after marks of that judge for that entry also proposed_by, confirmed_by |
| mark | event, stage, period, entry, aspect, repetition, judge (empty for measured), units, state, op, reason |
| sign | event, stage, period, entry, judge, digest |
| settlement | event, op, state (`kept`: what was sent does not count), by, reason: of a quarantined operation |
| explanation | event, stage, period, entry, aspect, repetition, judge, text: while the panel was too far apart |
| replacement | event, stage, judge, reserve, entries: [code], reason: the recusals that follow it are its effect |
| clock | event, stage, period, station, entry, state (`started`, `paused`, `extended`, `ended`), seconds, reason |
| paper | event, stage, period, entry, judge, digest (SHA-256 of a photographed score sheet) |
| sign | event, stage, period, entry, judge, digest; role, by, previous, drawing, method, signature (of all) |
| waiver | event, stage, period, entry, judge, digest; role, previous, ground (`refused`, `absent`, `tablet`), |
| | reason, proposed_by, confirmed_by, signature (of all): a link of the chain of signatures, in place of one |
| paper_check | event, stage, period, entry, judge, digest, state (`confirmed`, `rejected`), reason, by; where an |
| | imported file was confirmed in one go also file (SHA-256 of its bytes) |
| lock, unlock | event, stage, period, reason; an unlock of what was opened or published: proposed_by, confirmed_by |
| formalities | event, signers: [role], calibrates, rechecks, publishes_in_pairs (0 or 1), replaces (the same, or null |
| | as scoring begins), recuses_in_pairs (1: from here on a recusal by hand after marks names two persons); where |
| | they are loosened also: reason, proposed_by, confirmed_by |
| correction | as mark, of a locked period; replaces (revision), proposed_by, confirmed_by, effects (digest) |
| factor, measure, fact, veto | once locked also reason, replaces (value) and the last three of a correction |
| withdrawal | once locked also replaces (state) and the last three of a correction |
| recheck | event, state: `ordered`, `drawn` (secret, words, seed, top, sample), `read`, `full`, `closed` |
| unsealing | event, codes (how many), proposed_by, confirmed_by: two accounts; salts and ids stay out of the chain |
| publication | event, version, digest, inputs (digest); of two persons also proposed_by, confirmed_by |
| award | event, version, entry, award, state (`given`, `withdrawn`) |
| certificate, revocation | event, number, reason |
| overall | table, state (`adopted`, `published`), version, digest; adopted also: reason; |
| | published again also: reason, proposed_by, confirmed_by. Of the whole competition |
| erasure | event, entry, reason: salt and identity of the entry are destroyed, its commitment can't be opened again |
| countersign | checkpoint (SHA-256 of its signed lines), size, root, by (account id of the supervisor) |
| key | old, new (public keys), endorsement, acceptance: the key that signs from here on; of the whole competition |
"""

from __future__ import annotations

ADOPTION = "adoption"
DRAW = "draw"
LAYER = "layer"
UNSEAL = "unseal"
SEED = "seed"
ORDER = "order"
VOID = "void"
FACTOR = "factor"
MEASURE = "measure"
FACT = "fact"
VETO = "veto"
WITHDRAWAL = "withdrawal"
RECUSAL = "recusal"
MARK = "mark"
SIGN = "sign"
WAIVER = "waiver"
PAPER_CHECK = "paper_check"
LOCK = "lock"
UNLOCK = "unlock"
FORMALITIES = "formalities"
CORRECTION = "correction"
RECHECK = "recheck"
UNSEALING = "unsealing"
PUBLICATION = "publication"
AWARD = "award"
CERTIFICATE = "certificate"
REVOCATION = "revocation"
OVERALL = "overall"
ERASURE = "erasure"
COUNTERSIGN = "countersign"
KEY = "key"
SETTLEMENT = "settlement"
EXPLANATION = "explanation"
REPLACEMENT = "replacement"
CLOCK = "clock"
PAPER = "paper"

KINDS = frozenset({
    ADOPTION, DRAW, LAYER, UNSEAL, SEED, ORDER, FACTOR, MEASURE, FACT, VETO, WITHDRAWAL, RECUSAL, MARK, SIGN,
    PAPER_CHECK, LOCK, UNLOCK, CORRECTION, RECHECK, UNSEALING, PUBLICATION, AWARD, CERTIFICATE, REVOCATION,
    OVERALL, ERASURE, COUNTERSIGN, KEY, SETTLEMENT, EXPLANATION, REPLACEMENT, CLOCK, PAPER, WAIVER,
    FORMALITIES, VOID,
})  # fmt: skip
