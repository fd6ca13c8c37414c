"""The sentences of a certificate (荣誉证书), Chinese and English, and how large they may be set."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from contest.certificates.models import Certificate
from contest.i18n import N_, translator

USUAL_AWARDS = (
    N_("特等奖"), N_("一等奖"), N_("二等奖"), N_("三等奖"), N_("优胜奖"), N_("优秀奖"), N_("入围奖"), N_("金奖"),
    N_("银奖"), N_("铜奖"), N_("最佳创新奖"), N_("优秀组织奖"), N_("工匠"), N_("提名奖"),
)  # fmt: skip
"""Award titles with a settled English form; any other stands in Chinese in the English line too."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is printed: `lead` and `name` make the line of address, `address` its ending; then the body."""

    lead: str
    name: str
    address: str
    body: str
    award: str
    issuer: str
    day: str
    members: str = ""
    english: str = ""


def words_of(certificate: Certificate) -> Words:
    """The sentences of one certificate: a person is 同志, the authors of a project or a proposal stand in the body."""
    lead, name, address, work = _address(certificate)
    return Words(
        lead=lead,
        name=name,
        address=address,
        body=f"{work}在{occasion(certificate.competition_title, certificate.event_title)}中荣获",
        award=certificate.award_title,
        issuer=certificate.issuer,
        day=chinese_day(certificate.issued_on),
        members="、".join(certificate.members.split("\n")) if certificate.entry_kind == "team" else "",
        english=_english(certificate) if certificate.bilingual else "",
    )


def _address(certificate: Certificate) -> tuple[str, str, str, str]:
    """Lead, name, ending of the address line, and the work that was honoured (empty for persons and teams)."""
    kind, name, unit = certificate.entry_kind, certificate.recipient, certificate.unit
    authors = "、".join(part for part in certificate.members.split("\n") if part)
    if kind == "person":
        return unit, name, " 同志：", ""
    if kind == "team":
        return unit if unit not in name else "", name, "：", ""
    work = {"project": f"“{name}”工程，", "case": f"案例《{name}》，", "proposal": f"提出的《{name}》，"}[kind]
    if authors:
        return unit, authors, " 同志：" if "、" not in authors else "：", work
    return "", unit or name, "：", work


def occasion(competition: str, event: str) -> str:
    """Competition and event as one phrase; an event named like its competition is not named twice."""
    return competition if not event or event == competition else f"{competition}“{event}”项目"


def chinese_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def _english(certificate: Certificate) -> str:
    award = translator("en")(certificate.award_title)
    name = certificate.recipient + (f" ({certificate.unit})" if certificate.unit else "")
    competition = certificate.competition_title_en or certificate.competition_title
    event = certificate.event_title_en or certificate.event_title
    where = competition if not event or event == competition else f"{competition} – {event}"
    day = date.fromisoformat(certificate.issued_on)
    return f"This is to certify that {name} was awarded {award} in {where}, {day.day} {day:%B %Y}."


def printed_text(words: Words) -> str:
    """Every variable character on the paper, for the glyph check."""
    return f"{words.lead}{words.name}{words.body}{words.award}{words.issuer}{words.members}{words.english}"


def width(text: str) -> float:
    """How wide a text is, in full-width characters."""
    return sum(1 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in text)


def size_class(text: str, steps: tuple[float, ...]) -> int:
    """0 while `text` is at most steps[0] wide, 1 up to steps[1], …: long texts are set smaller, never cut."""
    return sum(1 for step in steps if width(text) > step)
