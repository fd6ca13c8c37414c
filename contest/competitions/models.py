"""Competition > event > stage > period, and the versions of an event's rule set."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from contest.db import TenantRow, belongs_to, choice_field, now, utc_field


class CompetitionKind(StrEnum):
    MERIT = "merit"
    SKILLS = "skills"
    SELECTION = "selection"
    PROPOSALS = "proposals"


KIND_NAMES: dict[CompetitionKind, str] = {
    CompetitionKind.MERIT: "立功竞赛",
    CompetitionKind.SKILLS: "技能竞赛",
    CompetitionKind.SELECTION: "评选",
    CompetitionKind.PROPOSALS: "创新征集",
}


class EventState(StrEnum):
    """The life of an event: draft (rule set being written) > adopted > scoring > locked > published > closed."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    SCORING = "scoring"
    LOCKED = "locked"
    PUBLISHED = "published"
    CLOSED = "closed"


STATE_NAMES: dict[EventState, str] = {
    EventState.DRAFT: "筹备中",
    EventState.ADOPTED: "办法已定稿",
    EventState.SCORING: "评分中",
    EventState.LOCKED: "已锁定",
    EventState.PUBLISHED: "已发布",
    EventState.CLOSED: "已归档",
}


class PeriodState(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    LOCKED = "locked"


PERIOD_STATE_NAMES: dict[PeriodState, str] = {
    PeriodState.WAITING: "未开放",
    PeriodState.OPEN: "正在评分",
    PeriodState.LOCKED: "已锁定",
}


class Competition(TenantRow, table=True):
    """One programme. `organization_path` is its owner's path (policies compare it with the actor's grants)."""

    __tablename__ = "competition"
    __table_args__ = (
        Index("ix_competition_id", "id"),
        Index("ix_competition_list", "tenant_id", "organization_path", "created_at"),
    )

    organization_id: str = Field(foreign_key="organization.id", index=True)
    organization_path: str
    kind: CompetitionKind = choice_field(CompetitionKind)
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    host: str = Field(default="", max_length=300)
    summary: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    created_at: datetime = utc_field(default_factory=now)
    closed_at: datetime | None = utc_field(default=None)


SIGNERS: dict[str, str] = {
    "contestant": "选手或领队",
    "judge": "裁判",
    "chief": "裁判长",
    "supervisor": "监督",
}
"""Who may have to sign a score sheet, in the order in which they sign."""


class Event(TenantRow, table=True):
    """A discipline inside a competition; ranks are per event. `rule_set_id` is the version in force.

    Its formalities (手续): `signers` who signs a score sheet (keys of SIGNERS, by comma), `rechecks` whether results
    are published only after a recheck, `publishes_in_pairs` whether a second person confirms each publication,
    `calibrates` whether a stage is opened only after its calibration round.
    `unsealed_at`: when two persons opened the blind codes; it stays, for what was seen can't be unseen.
    """

    __tablename__ = "event"
    __table_args__ = (belongs_to("competition", "competition_id"), Index("ix_event_id", "id"))

    competition_id: str = Field(index=True)
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    position: int = 0
    state: EventState = choice_field(EventState, default=EventState.DRAFT)
    rule_set_id: str | None = None
    signers: str = Field(default="judge,chief", max_length=60)
    rechecks: bool = False
    publishes_in_pairs: bool = False
    calibrates: bool = False
    unsealed_at: datetime | None = utc_field(default=None)
    created_at: datetime = utc_field(default_factory=now)

    @property
    def is_unsealed(self) -> bool:
        """Whether names may stand beside codes; while the scoring is open again they may not."""
        return self.unsealed_at is not None and self.state in UNSEALABLE


UNSEALABLE = frozenset({EventState.LOCKED, EventState.PUBLISHED, EventState.CLOSED})
"""All marks are in: from here on the codes may be opened, by two persons."""


class RuleSetVersion(TenantRow, table=True):
    """One version of an event's rule set: the JSON document and its digest. Adopted ones never change.

    `set_aside_at`: a draft that nobody pursues; it stays to be read.
    """

    __tablename__ = "rule_set_version"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id", "version"))

    event_id: str = Field(index=True)
    version: int
    document: str
    digest: str = Field(max_length=64)
    note: str = ""
    created_at: datetime = utc_field(default_factory=now)
    adopted_at: datetime | None = utc_field(default=None)
    adopted_by: str = ""
    set_aside_at: datetime | None = utc_field(default=None)


class RubricReport(TenantRow, table=True):
    """The last refused rubric upload of an event, handed back with its wrong cells marked (`data`: xlsx)."""

    __tablename__ = "rubric_report"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id"))

    event_id: str = Field(index=True)
    file_name: str = Field(max_length=200)
    data: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = utc_field(default_factory=now)


class RemovedPart(TenantRow, table=True):
    """A part taken out of a draft, kept so that the removal can be taken back.

    `list_path` and `position` say where it stood, `holder` the id of the part around it (empty for the event's own
    lists), `part` is its JSON, `words` its place as people read it.
    """

    __tablename__ = "removed_part"
    __table_args__ = (belongs_to("event", "event_id"),)

    event_id: str = Field(index=True)
    list_path: str = Field(max_length=300)
    holder: str = Field(max_length=64)
    position: int
    words: str
    part: str
    removed_at: datetime = utc_field(default_factory=now)
    removed_by: str = ""


class Stage(TenantRow, table=True):
    """A stage of an event as the rule set defines it (`key` = its id there)."""

    __tablename__ = "stage"
    __table_args__ = (belongs_to("event", "event_id"), UniqueConstraint("tenant_id", "event_id", "key"))

    event_id: str = Field(index=True)
    key: str = Field(max_length=64)
    title: str = Field(max_length=2000)
    position: int = 0


class Period(TenantRow, table=True):
    """A period of a stage (every stage has at least one, key '1'): the unit that opens, locks and unlocks."""

    __tablename__ = "period"
    __table_args__ = (belongs_to("stage", "stage_id"), UniqueConstraint("tenant_id", "stage_id", "key"))

    stage_id: str = Field(index=True)
    key: str = Field(max_length=64)
    title: str = Field(max_length=2000)
    position: int = 0
    state: PeriodState = choice_field(PeriodState, default=PeriodState.WAITING)
    opened_at: datetime | None = utc_field(default=None)
    locked_at: datetime | None = utc_field(default=None)
