"""The kinds of ledger rows and what their `data` holds. The verifier reads exactly these (docs/bundle.md).

Entries appear under their blind codes and judges under their panel codes; names never. Events, stages, periods and
aspects appear under the ids of the rule set (`event` is the event's id). Numbers with decimals are texts.

| kind | data |
|---|---|
| adoption | event, version, rules (digest of the rule set); a change also: replaces, reason, proposed_by … |
| draw | event, entries: [{code, commitment}] (`chain.commitment(salt, entry id, code)`); a code is drawn once |
| factor | event, entry, stage, aspect, repetition, value (text; null withdraws it) |
| measure | event, entry, name, value (text; null withdraws it), reason: values of the tie chain, such as minutes |
| fact | event, entry, fact, place, value (text; null withdraws it), reason: `class`, `held`, `lot` without a place; |
| | `category` [name]; `wild_card` [stage]; `absent`, `late` [stage, period]; `times` [stage, aspect] |
| veto | event, entry, veto, state (`given`, `withdrawn`), reason |
| withdrawal | event, entry, state (`withdrawn`, `restored`), reason: an entry that does not compete |
| recusal | event, stage, judge, entry, state (`recused`, `lifted`), reason |
| mark | event, stage, period, entry, aspect, repetition, judge (empty for measured), units, state, op, reason |
| sign | event, stage, period, entry, judge, digest |
| paper_check | event, stage, period, entry, judge, digest, state (`confirmed`, `rejected`), reason, by |
| lock, unlock | event, stage, period, reason |
| publication | event, version, digest |
| award | event, version, entry, award, state (`given`, `withdrawn`) |
| certificate, revocation | event, number, reason |
| overall | table, state (`adopted`, `published`), version, digest; adopted also: reason. Of the whole competition |
| erasure | event, entry, reason: salt and identity of the entry are destroyed, its commitment can't be opened again |
| countersign | checkpoint (SHA-256 of its signed lines), size, root, by (account id of the supervisor) |
| key | old, new (public keys), endorsement, acceptance: the key that signs from here on; of the whole competition |
"""

from __future__ import annotations

ADOPTION = "adoption"
DRAW = "draw"
FACTOR = "factor"
MEASURE = "measure"
FACT = "fact"
VETO = "veto"
WITHDRAWAL = "withdrawal"
RECUSAL = "recusal"
MARK = "mark"
SIGN = "sign"
PAPER_CHECK = "paper_check"
LOCK = "lock"
UNLOCK = "unlock"
PUBLICATION = "publication"
AWARD = "award"
CERTIFICATE = "certificate"
REVOCATION = "revocation"
OVERALL = "overall"
ERASURE = "erasure"
COUNTERSIGN = "countersign"
KEY = "key"

KINDS = frozenset({
    ADOPTION, DRAW, FACTOR, MEASURE, FACT, VETO, WITHDRAWAL, RECUSAL, MARK, SIGN, LOCK, UNLOCK, PUBLICATION, AWARD,
    CERTIFICATE, REVOCATION, ERASURE, COUNTERSIGN, KEY, OVERALL,
})  # fmt: skip
