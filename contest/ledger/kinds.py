"""The kinds of ledger rows and what their `data` holds. The verifier reads exactly these (docs/bundle.md).

Entries appear under their blind codes and judges under their panel codes; names never. Events, stages, periods and
aspects appear under the ids of the rule set (`event` is the event's id). Numbers with decimals are texts.

| kind | data |
|---|---|
| adoption | event, version, rules (digest of the rule set); a change also: replaces, reason, proposed_by … |
| draw | event, entries: [{code, commitment}] (`chain.commitment(salt, entry id, code)`); a code is drawn once |
| factor | event, entry, stage, aspect, repetition, value (text; null withdraws it) |
| measure | event, entry, name, value (text; null withdraws it): values of the tie chain, such as minutes |
| veto | event, entry, veto, state (`given`, `withdrawn`), reason |
| withdrawal | event, entry, state (`withdrawn`, `restored`), reason: an entry that does not compete |
| recusal | event, stage, judge, entry, state (`recused`, `lifted`), reason |
| mark | event, stage, period, entry, aspect, repetition, judge (empty for measured), units, state, op, reason |
| sign | event, stage, period, entry, judge, digest |
| lock, unlock | event, stage, period, reason |
| publication | event, version, digest |
| award | event, version, entry, award, state (`given`, `withdrawn`) |
| certificate, revocation | event, number, reason |
| overall | table, state (`adopted`, `published`), version, digest; adopted also: reason. Of the whole competition |
"""

from __future__ import annotations

ADOPTION = "adoption"
DRAW = "draw"
FACTOR = "factor"
MEASURE = "measure"
VETO = "veto"
WITHDRAWAL = "withdrawal"
RECUSAL = "recusal"
MARK = "mark"
SIGN = "sign"
LOCK = "lock"
UNLOCK = "unlock"
PUBLICATION = "publication"
AWARD = "award"
CERTIFICATE = "certificate"
REVOCATION = "revocation"
OVERALL = "overall"

KINDS = frozenset({
    ADOPTION, DRAW, FACTOR, MEASURE, VETO, WITHDRAWAL, RECUSAL, MARK, SIGN, LOCK, UNLOCK, PUBLICATION, AWARD,
    CERTIFICATE, REVOCATION, OVERALL,
})  # fmt: skip
