"""What others call: registering, reporting, checking, inspecting, handing over (each from its own file)."""

from contest.projects.handing import hand_over
from contest.projects.inspecting import FindingInput, add_finding, draw_photos, veto_for, withdraw_finding
from contest.projects.registering import ProjectInput, RegisterInput, register_projects, save_register
from contest.projects.reporting import Said, check, report
from contest.projects.visiting import set_visitors

__all__ = [
    "FindingInput", "ProjectInput", "RegisterInput", "Said", "add_finding", "check", "draw_photos", "hand_over",
    "register_projects", "report", "save_register", "set_visitors", "veto_for", "withdraw_finding",
]  # fmt: skip
